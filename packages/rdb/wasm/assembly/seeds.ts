/** What is hashed; digest-format.md names the messages. */
export const SEED_KEY = 1;
export const SEED_ITEM = 2;
export const SEED_ELEMENT = 3;
export const SEED_VOLATILE_FIELD = 4;
export const SEED_FUNCTION = 5;
export const SEED_GROUP = 6;
export const SEED_PENDING = 7;
export const SEED_CONSUMER = 8;
export const SEED_OWNED = 9;
