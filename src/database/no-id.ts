/**
 * Stands for "none" where a statement looks rows up by an id that often did not come along: no row has it (RFC 9562, the nil
 * UUID). With null, PostgreSQL leaves those look-ups out of its plan. Such a plan is good for one call only, and PostgreSQL
 * then takes it for so much cheaper than the plan for all calls that it makes a new one each time. That takes longer than
 * running it (docs/decisions/0063).
 */
export const NO_ID = '00000000-0000-0000-0000-000000000000';
