/** The user in every token of the peers' section, in characters of BASE64URL: so few that sixteen of our hops fit beside him. */
export const USER_CHARACTERS = 200
