/** The name of an AWS region, such as eu-west-1 or us-gov-west-1. */
export const REGION_FORM = /^[a-z]{2}(-[a-z]+)+-\d$/;
