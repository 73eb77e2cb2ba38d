/** Version of Redrill, as in package.json; a report says with which one was drilled. */
export const VERSION = '0.1.0';
