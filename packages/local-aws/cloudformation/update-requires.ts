/** How CloudFormation treats a change of a resource's properties. */
export interface UpdateBehaviour {
  /** Properties whose change replaces the resource ("Update requires: Replacement"); all others change in place. */
  readonly replacement: readonly string[];
  /** The property that gives the resource a name of one's own. */
  readonly name?: string;
}

const of = (replacement: string, name?: string): UpdateBehaviour => ({
  replacement: replacement.split(' ').filter((each) => each !== ''),
  ...(name === undefined ? {} : { name }),
});

/**
 * "Update requires" of each modelled type's properties, from the type's page under
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html. A test compares it
 * with the resource specification that the CDK CLI carries. Custom names:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 */
export const UPDATE_REQUIRES: Readonly<Record<string, UpdateBehaviour>> = {
  'AWS::Chatbot::MicrosoftTeamsChannelConfiguration': of(
    'ConfigurationName TeamId TeamsTenantId',
    'ConfigurationName',
  ),
  'AWS::Chatbot::SlackChannelConfiguration': of('ConfigurationName SlackWorkspaceId', 'ConfigurationName'),
  'AWS::CloudWatch::Alarm': of('AlarmName', 'AlarmName'),
  'AWS::CloudWatch::Dashboard': of('DashboardName', 'DashboardName'),
  'AWS::EC2::FlowLog': of(
    'DeliverLogsPermissionArn LogDestination LogDestinationType LogFormat LogGroupName MaxAggregationInterval ' +
      'ResourceId ResourceType TrafficType',
  ),
  'AWS::EC2::RouteTable': of('VpcId'),
  'AWS::EC2::SecurityGroup': of('GroupDescription GroupName VpcId', 'GroupName'),
  'AWS::EC2::SecurityGroupEgress': of('CidrIp DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort'),
  'AWS::EC2::SecurityGroupIngress': of('CidrIp FromPort GroupId IpProtocol SourceSecurityGroupId ToPort'),
  'AWS::EC2::Subnet': of('AvailabilityZone CidrBlock VpcId'),
  'AWS::EC2::SubnetRouteTableAssociation': of('RouteTableId SubnetId'),
  'AWS::EC2::VPC': of('CidrBlock'),
  'AWS::EC2::VPCEndpoint': of('ServiceName VpcEndpointType VpcId'),
  'AWS::ECR::Repository': of('RepositoryName', 'RepositoryName'),
  'AWS::ElastiCache::ParameterGroup': of('CacheParameterGroupFamily', 'CacheParameterGroupName'),
  'AWS::ElastiCache::SubnetGroup': of('CacheSubnetGroupName', 'CacheSubnetGroupName'),
  'AWS::Events::Rule': of('EventBusName Name', 'Name'),
  'AWS::IAM::ManagedPolicy': of('Description ManagedPolicyName Path', 'ManagedPolicyName'),
  'AWS::IAM::Policy': of(''),
  'AWS::IAM::Role': of('Path RoleName', 'RoleName'),
  'AWS::KMS::Alias': of('AliasName', 'AliasName'),
  'AWS::KMS::Key': of(''),
  'AWS::Lambda::EventInvokeConfig': of('FunctionName Qualifier'),
  'AWS::Lambda::Function': of('FunctionName', 'FunctionName'),
  'AWS::Lambda::Permission': of('Action FunctionName Principal SourceAccount SourceArn'),
  'AWS::Logs::LogGroup': of('LogGroupName', 'LogGroupName'),
  'AWS::S3::Bucket': of('BucketName BucketNamespace ObjectLockEnabled', 'BucketName'),
  'AWS::S3::BucketPolicy': of('Bucket', 'Bucket'),
  'AWS::SNS::Subscription': of('Endpoint Protocol TopicArn'),
  'AWS::SNS::Topic': of('TopicName', 'TopicName'),
  'AWS::SNS::TopicPolicy': of(''),
  'AWS::SQS::Queue': of('QueueName', 'QueueName'),
  'AWS::SQS::QueuePolicy': of(''),
  'AWS::SSM::Parameter': of('Name', 'Name'),
  'AWS::Scheduler::Schedule': of('Name', 'Name'),
  'AWS::Scheduler::ScheduleGroup': of('Name', 'Name'),
  'AWS::StepFunctions::StateMachine': of('StateMachineName StateMachineType', 'StateMachineName'),
};

/**
 * Changes that replace a resource or not, depending on the values: which is for AWS alone to say, so they are refused.
 * `GroupName` of a schedule: its page says "No interruption", and UpdateSchedule cannot move a schedule.
 */
export const UNSETTLED: Readonly<Record<string, readonly string[]>> = {
  'AWS::EC2::VPC': ['InstanceTenancy'],
  'AWS::Scheduler::Schedule': ['GroupName'],
};
