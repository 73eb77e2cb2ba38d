import { callsOf, type Row, recorded } from '../row.ts';

/** SNS, CloudWatch, EventBridge Scheduler, Step Functions, Lambda and tagging. */
const sns = callsOf('sns');
const cloudwatch = callsOf('cloudwatch');
const scheduler = callsOf('scheduler');
const states = callsOf('stepfunctions');
const lambda = callsOf('lambda');
const tagging = callsOf('resourcegroupstaggingapi');
const events = callsOf('events');

const OK = { fields: {} };
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:table';
const NO_TOPIC = { code: 'NotFound', status: 404 };
const INVALID = { code: 'InvalidParameter' };
const EMAIL = 'https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html';
const recordedSns = (test: string) => recorded('sns/test_sns', test);

const topics: readonly Row[] = [
  sns('GetTopicAttributes', { TopicArn: `${TOPIC}-none` }, NO_TOPIC),
  sns('GetTopicAttributes', { TopicArn: 'no-arn' }, INVALID),
  sns(
    'Publish',
    { TopicArn: `${TOPIC}-none`, Message: 'x' },
    NO_TOPIC,
    recordedSns('test_publish_non_existent_target'),
  ),
  sns(
    'Publish',
    { TopicArn: TOPIC, Message: '' },
    { ...INVALID, message: 'Empty message' },
    recordedSns('test_publish_message_before_subscribe_topic'),
  ),
  sns('Publish', { TopicArn: TOPIC, Message: 'x', Subject: 's'.repeat(101) }, INVALID),
  sns('Publish', { TopicArn: TOPIC, Message: 'x', Subject: 'two\nlines' }, INVALID),
  sns(
    'Publish',
    { TopicArn: TOPIC, Message: 'x'.repeat(262_145) },
    { ...INVALID, message: 'Message too long' },
    recordedSns('test_publish_too_long_message'),
  ),
  sns(
    'Publish',
    { TopicArn: TOPIC.replace('eu-west-1', 'eu-central-1'), Message: 'x' },
    { ...INVALID, message: 'TopicArn' },
    recordedSns('test_cross_region_access'),
  ),
  sns(
    'Publish',
    { TopicArn: TOPIC, Message: 'x', MessageAttributes: { 'a^b': { DataType: 'String', StringValue: 'y' } } },
    { code: 'ParameterValueInvalid', message: 'non-alphanumeric character' },
    recordedSns('test_publish_batch_messages_without_topic'),
  ),
  sns(
    'Publish',
    { TopicArn: TOPIC, Message: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
    { code: 'ParameterValueInvalid' },
    recordedSns('test_empty_sns_message'),
  ),
  sns(
    'Publish',
    { TopicArn: TOPIC, Message: 'x', Subject: 'a subject' },
    { fields: { MessageId: /^[0-9a-f-]{36}$/ } },
  ),
  sns(
    'Subscribe',
    { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'not-an-email' },
    { ...INVALID, message: 'Email address' },
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-servicelens.html (the exception message shown)',
  ),
  sns(
    'Subscribe',
    { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'a@example.com;b@example.com' },
    { ...INVALID, message: 'Email address' },
    EMAIL,
  ),
  sns('Subscribe', { TopicArn: TOPIC, Protocol: 'pigeon', Endpoint: 'a@example.com' }, INVALID, EMAIL),
  sns('Subscribe', { TopicArn: TOPIC, Protocol: 'email' }, INVALID, EMAIL),
  sns('Subscribe', { TopicArn: `${TOPIC}-none`, Protocol: 'email', Endpoint: 'a@example.com' }, NO_TOPIC),
  sns(
    'Subscribe',
    { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'on-call@example.com' },
    { fields: { SubscriptionArn: 'pending confirmation' } },
  ),
  sns(
    'ListSubscriptionsByTopic',
    { TopicArn: TOPIC },
    {
      fields: {
        Subscriptions: [{ Endpoint: 'on-call@example.com', SubscriptionArn: 'PendingConfirmation' }],
      },
    },
  ),
  sns(
    'ConfirmSubscription',
    { TopicArn: TOPIC, Token: 'none' },
    { ...INVALID, message: 'Token' },
    recordedSns('test_sns_confirm_subscription_wrong_token'),
  ),
  sns(
    'GetTopicAttributes',
    { TopicArn: TOPIC },
    { fields: { Attributes: { SubscriptionsPending: '1', SubscriptionsConfirmed: '0' } } },
  ),
  sns(
    'Unsubscribe',
    { SubscriptionArn: `${TOPIC}:00000000-0000-4000-8000-000000000000` },
    OK,
    recordedSns('test_unsubscribe_idempotency'),
  ),
  sns('Unsubscribe', { SubscriptionArn: 'no-arn' }, INVALID),
  sns('ListTopics', {}, { fields: { Topics: [{ TopicArn: TOPIC }] } }),
];

const alarm = (members: object) => ({
  AlarmName: 'table',
  Namespace: 'Redrill',
  MetricName: 'm',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  ...members,
});
const VALIDATION = { code: 'ValidationError' };
const enumRefused = recorded('cloudwatch/test_cloudwatch', 'test_set_alarm_invalid_input');

const alarms: readonly Row[] = [
  cloudwatch(
    'PutMetricAlarm',
    alarm({ DatapointsToAlarm: 3 }),
    { ...VALIDATION, message: 'DatapointsToAlarm must be less than or equal to EvaluationPeriods' },
    'https://github.com/hashicorp/terraform/issues/24070',
  ),
  cloudwatch('PutMetricAlarm', alarm({ DatapointsToAlarm: 0 }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({ EvaluationPeriods: 0 }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({ Period: 45 }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({ ComparisonOperator: 'Above' }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({ TreatMissingData: 'perhaps' }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({ Statistic: 'Median' }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({ AlarmActions: ['no-arn'] }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({ Period: 86_400, EvaluationPeriods: 8 }), VALIDATION),
  cloudwatch('PutMetricAlarm', alarm({}), OK),
  cloudwatch(
    'DescribeAlarms',
    { AlarmNames: ['table'] },
    { fields: { MetricAlarms: [{ AlarmName: 'table', StateValue: 'INSUFFICIENT_DATA' }] } },
  ),
  cloudwatch(
    'DescribeAlarms',
    { StateValue: 'BOGUS' },
    { ...VALIDATION, message: 'enum value set' },
    enumRefused,
  ),
  cloudwatch('DescribeAlarms', { AlarmTypes: ['BogusAlarm'] }, VALIDATION, enumRefused),
  cloudwatch('DescribeAlarms', { MaxRecords: 101 }, VALIDATION),
  cloudwatch('DescribeAlarms', { AlarmNames: ['none'] }, { fields: { MetricAlarms: [] } }),
  cloudwatch(
    'SetAlarmState',
    { AlarmName: 'table', StateValue: 'INVALID', StateReason: 'x' },
    VALIDATION,
    enumRefused,
  ),
  cloudwatch(
    'SetAlarmState',
    { AlarmName: 'none', StateValue: 'OK', StateReason: 'x' },
    { code: 'ResourceNotFound', status: 404 },
    enumRefused,
  ),
  cloudwatch('SetAlarmState', { AlarmName: 'table', StateValue: 'ALARM', StateReason: 'a test' }, OK),
  cloudwatch(
    'DescribeAlarms',
    { StateValue: 'ALARM' },
    { fields: { MetricAlarms: [{ AlarmName: 'table', StateReason: 'a test' }] } },
  ),
  cloudwatch('DeleteAlarms', { AlarmNames: ['table', 'none'] }, { code: 'ResourceNotFound', status: 404 }),
  cloudwatch('DeleteAlarms', { AlarmNames: ['table'] }, OK),
  cloudwatch(
    'GetMetricStatistics',
    {
      Namespace: 'Redrill',
      MetricName: 'm',
      StartTime: '2026-01-02T00:00:00Z',
      EndTime: '2026-01-01T00:00:00Z',
      Period: 60,
      Statistics: ['Sum'],
    },
    { code: 'InvalidParameterValue', message: 'StartTime must be less than the parameter EndTime' },
    recorded('cloudwatch/test_cloudwatch', 'test_get_metric_statistics_invalid_parameters'),
  ),
  cloudwatch(
    'GetMetricStatistics',
    {
      Namespace: 'Redrill',
      MetricName: 'm',
      StartTime: '2026-01-01T00:00:00Z',
      EndTime: '2026-03-02T00:00:00Z',
      Period: 60,
      Statistics: ['Sum'],
    },
    { code: 'InvalidParameterCombination', message: 'exceeds the limit of 1440' },
    recorded('cloudwatch/test_cloudwatch', 'test_get_metric_statistics_invalid_parameters'),
  ),
  cloudwatch('GetDashboard', { DashboardName: 'none' }, { code: 'ResourceNotFound', status: 404 }),
];

const WORKER = 'arn:aws:lambda:eu-west-1:111122223333:function:table';
const schedule = (members: object) => ({
  Name: 'table',
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: WORKER, RoleArn: 'arn:aws:iam::111122223333:role/scheduler' },
  ...members,
});
const REFUSED = { code: 'ValidationException' };
const expressions = recorded(
  'scheduler/test_scheduler',
  'tests_create_schedule_with_invalid_schedule_expression',
);
const ASSUME = 'https://stackoverflow.com/questions/76091158';

const schedules: readonly Row[] = [
  scheduler('CreateSchedule', schedule({ Name: 'a table' }), REFUSED),
  scheduler('CreateSchedule', schedule({ Name: 't'.repeat(65) }), REFUSED),
  scheduler('CreateSchedule', schedule({ GroupName: 'none' }), {
    code: 'ResourceNotFoundException',
    status: 404,
  }),
  scheduler(
    'CreateSchedule',
    schedule({ Target: { Arn: WORKER, RoleArn: 'arn:aws:iam::111122223333:role/none' } }),
    { ...REFUSED, message: 'must allow AWS EventBridge Scheduler to assume the role' },
    ASSUME,
  ),
  scheduler(
    'CreateSchedule',
    schedule({ Target: { Arn: WORKER, RoleArn: 'arn:aws:iam::111122223333:role/worker' } }),
    { ...REFUSED, message: 'must allow AWS EventBridge Scheduler to assume the role' },
    ASSUME,
  ),
  scheduler('CreateSchedule', schedule({ Target: { Arn: WORKER, RoleArn: 'scheduler' } }), REFUSED),
  ...[
    'cron(0 1 * * * *)',
    'cron(71 8 1 * ? *)',
    'rate(10 seconds)',
    'rate(0 minutes)',
    'rate(10 minutess)',
    'rate(10)',
    'at(2021-12-31T23:59:59Z)',
  ].map((ScheduleExpression) =>
    scheduler(
      'CreateSchedule',
      schedule({ ScheduleExpression }),
      { ...REFUSED, message: 'Invalid Schedule Expression' },
      expressions,
    ),
  ),
  scheduler('CreateSchedule', schedule({ State: 'ON' }), REFUSED),
  scheduler('CreateSchedule', schedule({ FlexibleTimeWindow: { Mode: 'PERHAPS' } }), REFUSED),
  scheduler('CreateSchedule', schedule({}), {
    fields: { ScheduleArn: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/default/table' },
  }),
  scheduler('CreateSchedule', schedule({}), { code: 'ConflictException', status: 409 }),
  scheduler(
    'GetSchedule',
    { Name: 'table' },
    { fields: { State: 'ENABLED', GroupName: 'default', ScheduleExpression: 'rate(5 minutes)' } },
  ),
  scheduler('GetSchedule', { Name: 'none' }, { code: 'ResourceNotFoundException', status: 404 }),
  scheduler('UpdateSchedule', schedule({ State: 'DISABLED' }), { fields: { ScheduleArn: /table$/ } }),
  scheduler('UpdateSchedule', schedule({ Name: 'none' }), { code: 'ResourceNotFoundException', status: 404 }),
  scheduler('ListSchedules', { State: 'DISABLED' }, { fields: { Schedules: [{ Name: 'table' }] } }),
  scheduler('DeleteSchedule', { Name: 'table' }, OK),
  scheduler('DeleteSchedule', { Name: 'table' }, { code: 'ResourceNotFoundException', status: 404 }),
];

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:table';
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:table:first';
const recordedStates = (file: string, test: string) => recorded(`stepfunctions/v2/${file}`, test);

const executions: readonly Row[] = [
  states('StartExecution', { stateMachineArn: `${MACHINE}-none` }, { code: 'StateMachineDoesNotExist' }),
  states('StartExecution', { stateMachineArn: 'no-arn' }, { code: 'InvalidArn' }),
  states('StartExecution', { stateMachineArn: MACHINE, name: 'a name' }, { code: 'InvalidName' }),
  states('StartExecution', { stateMachineArn: MACHINE, name: 'n'.repeat(81) }, { code: 'InvalidName' }),
  states(
    'StartExecution',
    { stateMachineArn: MACHINE, input: 'not json' },
    { code: 'InvalidExecutionInput' },
    recordedStates('test_sfn_api', 'test_invalid_start_execution_input'),
  ),
  states(
    'StartExecution',
    { stateMachineArn: MACHINE, name: 'first', input: '{"a":1}' },
    { fields: { executionArn: EXECUTION } },
  ),
  states(
    'StartExecution',
    { stateMachineArn: MACHINE, name: 'first', input: '{"a":2}' },
    { code: 'ExecutionAlreadyExists' },
    recordedStates('test_sfn_api', 'test_start_execution_idempotent'),
  ),
  { minutes: 1 },
  states(
    'DescribeExecution',
    { executionArn: EXECUTION },
    { fields: { status: 'SUCCEEDED', input: '{"a":1}' } },
  ),
  states('DescribeExecution', { executionArn: `${EXECUTION}-none` }, { code: 'ExecutionDoesNotExist' }),
  states('DescribeExecution', { executionArn: 'no-arn' }, { code: 'InvalidArn' }),
  states('ListExecutions', { stateMachineArn: MACHINE, statusFilter: 'DONE' }, REFUSED),
  states(
    'ListExecutions',
    { stateMachineArn: MACHINE, statusFilter: 'SUCCEEDED' },
    { fields: { executions: [{ name: 'first' }] } },
  ),
  states('ListExecutions', { stateMachineArn: `${MACHINE}-none` }, { code: 'StateMachineDoesNotExist' }),
  states(
    'GetExecutionHistory',
    { executionArn: EXECUTION, reverseOrder: true, maxResults: 1 },
    { fields: { events: [{ type: 'ExecutionSucceeded' }], nextToken: /.+/ } },
  ),
  states('GetExecutionHistory', { executionArn: `${EXECUTION}-none` }, { code: 'ExecutionDoesNotExist' }),
  states('GetExecutionHistory', { executionArn: EXECUTION, nextToken: 'bogus' }, { code: 'InvalidToken' }),
  states(
    'DescribeStateMachine',
    { stateMachineArn: MACHINE },
    { fields: { status: 'ACTIVE', type: 'STANDARD' } },
  ),
  states('StopExecution', { executionArn: `${EXECUTION}-none` }, { code: 'ExecutionDoesNotExist' }),
];

const functions: readonly Row[] = [
  lambda(
    'GetFunction',
    { FunctionName: 'none' },
    { code: 'ResourceNotFoundException', status: 404 },
    recorded('lambda_/test_lambda_api', 'test_function_lifecycle'),
  ),
  lambda(
    'GetFunction',
    { FunctionName: 'table' },
    { fields: { Configuration: { FunctionArn: WORKER, State: 'Active' } } },
  ),
  lambda('ListFunctions', {}, { fields: { Functions: [{ FunctionName: 'table' }] } }),
  lambda(
    'Invoke',
    { FunctionName: 'table', Payload: '{"a":1}' },
    { fields: { StatusCode: 200, Payload: '{"got":{"a":1}}' } },
  ),
  lambda(
    'Invoke',
    { FunctionName: 'table', Payload: '{ not json' },
    { code: 'InvalidRequestContentException' },
    recorded('lambda_/test_lambda', 'test_lambda_invoke_payload_encoding_error'),
  ),
  lambda(
    'Invoke',
    { FunctionName: 'none' },
    { code: 'ResourceNotFoundException', status: 404 },
    recorded('lambda_/test_lambda_api', 'test_invalid_invoke'),
  ),
  lambda(
    'Invoke',
    { FunctionName: 'table', Payload: '{}', InvocationType: 'Event' },
    { status: 202, fields: { StatusCode: 202 } },
  ),
  tagging(
    'GetResources',
    { ResourcesPerPage: 101 },
    { code: 'InvalidParameterException' },
    'https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html',
  ),
  tagging(
    'GetResources',
    { TagFilters: [{ Key: 'none' }] },
    { fields: { ResourceTagMappingList: [] } },
    'https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html',
  ),
];

const EVENT = { Source: 'table', DetailType: 'Row', Detail: '{"row":1}' };
const MOTO = 'https://github.com/getmoto/moto/blob/master/moto/events/models.py (put_events)';
const refusedEntry = (ErrorCode: string, ErrorMessage: string) => ({
  fields: { FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage }] },
});

const bus: readonly Row[] = [
  events('PutEvents', { Entries: [EVENT, EVENT] }, { fields: { FailedEntryCount: 0 } }),
  events(
    'PutEvents',
    { Entries: [{ ...EVENT, Detail: 'no JSON' }] },
    refusedEntry('MalformedDetail', 'Detail is malformed.'),
    MOTO,
  ),
  events(
    'PutEvents',
    { Entries: [{ ...EVENT, Source: '' }] },
    refusedEntry('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.'),
    MOTO,
  ),
  events(
    'PutEvents',
    { Entries: Array.from({ length: 11 }, () => EVENT) },
    { code: 'ValidationException', message: 'less than or equal to 10' },
    MOTO,
  ),
  events(
    'PutEvents',
    { Entries: [{ ...EVENT, Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) }] },
    { code: 'ValidationException', message: 'over the limit' },
    MOTO,
  ),
];

export const EVENTS: readonly Row[] = [
  ...bus,
  ...topics,
  ...alarms,
  ...schedules,
  ...executions,
  ...functions,
];
