// @ts-nocheck: generated code is JavaScript
// Generated from policy.schema.json by scripts/generate-policy.mjs; do not edit.

/** One thing that the schema refuses, in ajv's words. */
export interface SchemaError {
  /** JSON pointer of the value at fault. */
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The part of the schema that the keyword stands in. */
  readonly parentSchema: { readonly title?: string; readonly properties?: object; readonly type?: string | readonly string[] }
  /** The value at fault. */
  readonly data: unknown
}

/** Everything that the schema refuses in a document; empty where the document is a policy. */
export function schemaErrors(document: unknown): readonly SchemaError[] {
  return validate52(document) ? [] : validate52.errors
}

// In place of ajv's concat, which takes quadratic time where many elements of one list are wrong.
function joined(errors, more) {
  if (errors === null) return [...more]
  for (const error of more) errors.push(error)
  return errors
}

const schema19 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://countersign.dev/schema/policy.json","title":"countersign policy","description":"Decides over a call by its call stack. Every rule list must accept.","type":"object","additionalProperties":false,"required":["for-each-of-the-following"],"properties":{"for-each-of-the-following":{"description":"The rule lists. Every one of them must accept the call.","type":"array","minItems":1,"maxItems":256,"items":{"$ref":"#/$defs/rule-list"}}},"$defs":{"rule-list":{"title":"rule list","description":"The first rule whose condition matches decides. Where none matches, the list rejects.","type":"object","additionalProperties":false,"required":["enforce-the-first-matching-rule"],"properties":{"name":{"$ref":"#/$defs/name"},"enforce-the-first-matching-rule":{"description":"The rules, tried from top to bottom.","type":"array","minItems":1,"maxItems":256,"items":{"$ref":"#/$defs/rule"}},"otherwise":{"description":"`accept`: the list accepts a call that none of its conditions matches. It never rescues a failed `must`.","const":"accept"}}},"rule":{"title":"rule","description":"A condition (`any-token` or `tokens-that`) and a consequence (`must` or `must-be-rejected`).","type":"object","additionalProperties":false,"properties":{"name":{"$ref":"#/$defs/name"},"because":{"description":"Why the rule exists. Decisions quote it.","type":"string","minLength":1,"maxLength":400},"any-token":{"description":"Condition: every call.","type":"boolean"},"tokens-that":{"description":"Condition: calls that match.","$ref":"#/$defs/token-matcher"},"must":{"description":"Consequence: the call must match this.","$ref":"#/$defs/token-matcher"},"must-be-rejected":{"description":"Consequence: the call is rejected.","type":"boolean"}},"allOf":[{"$ref":"#/$defs/one-condition"},{"$ref":"#/$defs/one-consequence"}]},"one-condition":{"title":"one condition","oneOf":[{"required":["tokens-that"]},{"required":["any-token"],"properties":{"any-token":{"const":true}}}]},"one-consequence":{"title":"one consequence","oneOf":[{"required":["must"]},{"required":["must-be-rejected"],"properties":{"must-be-rejected":{"const":true}}}]},"token-matcher":{"title":"token matcher","description":"What a call must look like. All keys beside each other must hold; `or` is an alternative to all of them.","type":"object","additionalProperties":false,"properties":{"have-operation":{"description":"The operation that the direct caller asks for.","$ref":"#/$defs/value-matcher"},"have-initial-token":{"description":"What the chain began with. False without an initial token.","$ref":"#/$defs/initial-token-matcher"},"have-no-initial-token":{"description":"The chain began without an initial token.","type":"boolean"},"have-claim":{"description":"Claims of the direct caller.","$ref":"#/$defs/claims-matcher"},"come-from":{"description":"The whole call stack, nearest caller first. Every frame is accounted for.","type":"array","minItems":1,"items":{"$ref":"#/$defs/frame-matcher"}},"come-through":{"description":"These frames occur in this order, nearest caller first, with anything around them.","type":"array","minItems":1,"items":{"$ref":"#/$defs/one-frame-matcher"}},"originate-from":{"description":"The last frame: the service that started the chain.","$ref":"#/$defs/one-frame-matcher"},"have-at-most":{"description":"An upper bound on the call stack.","$ref":"#/$defs/stack-bound"},"or":{"description":"An alternative to all keys beside it.","$ref":"#/$defs/token-matcher"}},"allOf":[{"$ref":"#/$defs/beside-or"},{"$ref":"#/$defs/with-or-without-initial-token"}]},"beside-or":{"title":"something beside or","anyOf":[{"required":["have-operation"]},{"required":["have-initial-token"]},{"required":["have-no-initial-token"],"properties":{"have-no-initial-token":{"const":true}}},{"required":["have-claim"]},{"required":["come-from"]},{"required":["come-through"]},{"required":["originate-from"]},{"required":["have-at-most"]}]},"with-or-without-initial-token":{"title":"with or without initial token","not":{"required":["have-initial-token","have-no-initial-token"],"properties":{"have-no-initial-token":{"const":true}}}},"initial-token-matcher":{"title":"initial token matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"where-issuer-is":{"description":"The claim `iss`.","$ref":"#/$defs/value-matcher"},"where-scope-contains":{"description":"The claim `scope`: a list, or a string with spaces between.","$ref":"#/$defs/collection-matcher"},"where-audience-contains":{"description":"The claim `aud`: a list, or a string that stands for a list of one.","$ref":"#/$defs/collection-matcher"},"where-authenticated-within":{"description":"How long ago the login was, by the claim `auth_time`, at most.","$ref":"#/$defs/age-bound"},"where-issued-within":{"description":"How old the token is, by the claim `iat`, at most.","$ref":"#/$defs/age-bound"},"where-claim":{"description":"Any claims of the initial token.","$ref":"#/$defs/claims-matcher"}}},"age-bound":{"title":"bound of an age","description":"How long ago something was, at most.","type":"object","additionalProperties":false,"required":["seconds"],"properties":{"seconds":{"description":"A whole number of seconds.","type":"integer","minimum":1}}},"frame-matcher":{"title":"frame matcher","description":"Exactly one of `app-name`, `any-app: true` and `any-number-of-apps: true`, which stands alone.","type":"object","additionalProperties":false,"properties":{"app-name":{"description":"The service's name.","$ref":"#/$defs/value-matcher"},"any-app":{"description":"One service, whatever its name.","type":"boolean"},"any-number-of-apps":{"description":"Zero or more services. Stands alone.","type":"boolean"},"optional":{"description":"Zero or one frame instead of exactly one.","type":"boolean"},"via-operation":{"description":"The operation of this frame.","$ref":"#/$defs/value-matcher"},"where-claim":{"description":"Claims of this frame.","$ref":"#/$defs/claims-matcher"}},"allOf":[{"$ref":"#/$defs/one-selector"},{"$ref":"#/$defs/any-number-alone"}]},"one-selector":{"title":"one selector","oneOf":[{"required":["app-name"]},{"required":["any-app"],"properties":{"any-app":{"const":true}}},{"required":["any-number-of-apps"],"properties":{"any-number-of-apps":{"const":true}}}]},"any-number-alone":{"title":"any number alone","not":{"required":["any-number-of-apps"],"properties":{"any-number-of-apps":{"const":true}},"anyOf":[{"required":["via-operation"]},{"required":["where-claim"]},{"required":["optional"],"properties":{"optional":{"const":true}}}]}},"one-frame-matcher":{"title":"frame matcher for exactly one frame","description":"Exactly one of `app-name` and `any-app: true`.","type":"object","additionalProperties":false,"properties":{"app-name":{"description":"The service's name.","$ref":"#/$defs/value-matcher"},"any-app":{"description":"One service, whatever its name.","type":"boolean"},"via-operation":{"description":"The operation of this frame.","$ref":"#/$defs/value-matcher"},"where-claim":{"description":"Claims of this frame.","$ref":"#/$defs/claims-matcher"}},"allOf":[{"$ref":"#/$defs/one-of-two-selectors"}]},"one-of-two-selectors":{"title":"one of two selectors","oneOf":[{"required":["app-name"]},{"required":["any-app"],"properties":{"any-app":{"const":true}}}]},"stack-bound":{"title":"bound of the call stack","description":"How many frames the call stack may have.","type":"object","additionalProperties":false,"required":["apps"],"properties":{"apps":{"description":"Frames, the direct caller included.","type":"integer","minimum":1}}},"claims-matcher":{"title":"claims by name","description":"All claims must match. A claim that is missing or null never does.","type":"object","minProperties":1,"additionalProperties":{"$ref":"#/$defs/claim-matcher"}},"claim-matcher":{"title":"claim matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"is":{"description":"For a string, a number or a boolean.","$ref":"#/$defs/value-matcher"},"contains":{"description":"For a list.","$ref":"#/$defs/collection-matcher"}}},"value-matcher":{"title":"value matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"equal-to":{"description":"The very value, of the very type.","$ref":"#/$defs/literal"},"matching":{"description":"A string whose whole text matches this pattern (RE2 syntax).","type":"string","maxLength":256},"one-of":{"description":"One of these values.","$ref":"#/$defs/literals"}}},"collection-matcher":{"title":"collection matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"value":{"description":"The list holds this value.","$ref":"#/$defs/literal"},"one-of":{"description":"The list holds at least one of these.","$ref":"#/$defs/literals"},"all-of":{"description":"The list holds all of these.","$ref":"#/$defs/literals"},"only":{"description":"The list holds all of these and nothing else.","$ref":"#/$defs/literals"}}},"literal":{"type":["string","number","boolean"]},"literals":{"type":"array","minItems":1,"items":{"$ref":"#/$defs/literal"}},"name":{"description":"Decisions quote it.","type":"string","minLength":1,"maxLength":100}}};
const func0 = Object.prototype.hasOwnProperty;
const schema20 = {"title":"rule list","description":"The first rule whose condition matches decides. Where none matches, the list rejects.","type":"object","additionalProperties":false,"required":["enforce-the-first-matching-rule"],"properties":{"name":{"$ref":"#/$defs/name"},"enforce-the-first-matching-rule":{"description":"The rules, tried from top to bottom.","type":"array","minItems":1,"maxItems":256,"items":{"$ref":"#/$defs/rule"}},"otherwise":{"description":"`accept`: the list accepts a call that none of its conditions matches. It never rescues a failed `must`.","const":"accept"}}};
const schema21 = {"description":"Decisions quote it.","type":"string","minLength":1,"maxLength":100};
const func64 = text => Array.from(text).length;

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate54.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(typeof data === "string"){
if(func64(data) > 100){
const err0 = {instancePath,schemaPath:"#/maxLength",keyword:"maxLength",params:{limit: 100},message:"must NOT have more than 100 characters",schema:100,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(func64(data) < 1){
const err1 = {instancePath,schemaPath:"#/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema21.type,parentSchema:schema21,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate54.errors = vErrors;
return errors === 0;
}
validate54.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema22 = {"title":"rule","description":"A condition (`any-token` or `tokens-that`) and a consequence (`must` or `must-be-rejected`).","type":"object","additionalProperties":false,"properties":{"name":{"$ref":"#/$defs/name"},"because":{"description":"Why the rule exists. Decisions quote it.","type":"string","minLength":1,"maxLength":400},"any-token":{"description":"Condition: every call.","type":"boolean"},"tokens-that":{"description":"Condition: calls that match.","$ref":"#/$defs/token-matcher"},"must":{"description":"Consequence: the call must match this.","$ref":"#/$defs/token-matcher"},"must-be-rejected":{"description":"Consequence: the call is rejected.","type":"boolean"}},"allOf":[{"$ref":"#/$defs/one-condition"},{"$ref":"#/$defs/one-consequence"}]};
const schema23 = {"title":"one condition","oneOf":[{"required":["tokens-that"]},{"required":["any-token"],"properties":{"any-token":{"const":true}}}]};

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate57.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
let passing0 = null;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["tokens-that"] === undefined) || (!(func0.call(data, "tokens-that")))){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "tokens-that"},message:"must have required property '"+"tokens-that"+"'",schema:schema23.oneOf[0].required,parentSchema:schema23.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs1 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["any-token"] === undefined) || (!(func0.call(data, "any-token")))){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "any-token"},message:"must have required property '"+"any-token"+"'",schema:schema23.oneOf[1].required,parentSchema:schema23.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data["any-token"] !== undefined && func0.call(data, "any-token")){
let data0 = data["any-token"];
if(true !== data0){
const err2 = {instancePath:instancePath+"/any-token",schemaPath:"#/oneOf/1/properties/any-token/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema23.oneOf[1].properties["any-token"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
var _valid0 = _errs2 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
var props0 = {};
props0["any-token"] = true;
}
}
if(!valid0){
const err3 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema23.oneOf,parentSchema:schema23,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate57.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate57.evaluated = {"dynamicProps":true,"dynamicItems":false};

const schema24 = {"title":"one consequence","oneOf":[{"required":["must"]},{"required":["must-be-rejected"],"properties":{"must-be-rejected":{"const":true}}}]};

function validate59(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate59.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
let passing0 = null;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.must === undefined) || (!(func0.call(data, "must")))){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "must"},message:"must have required property '"+"must"+"'",schema:schema24.oneOf[0].required,parentSchema:schema24.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs1 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["must-be-rejected"] === undefined) || (!(func0.call(data, "must-be-rejected")))){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "must-be-rejected"},message:"must have required property '"+"must-be-rejected"+"'",schema:schema24.oneOf[1].required,parentSchema:schema24.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data["must-be-rejected"] !== undefined && func0.call(data, "must-be-rejected")){
let data0 = data["must-be-rejected"];
if(true !== data0){
const err2 = {instancePath:instancePath+"/must-be-rejected",schemaPath:"#/oneOf/1/properties/must-be-rejected/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema24.oneOf[1].properties["must-be-rejected"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
var _valid0 = _errs2 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
var props0 = {};
props0["must-be-rejected"] = true;
}
}
if(!valid0){
const err3 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema24.oneOf,parentSchema:schema24,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate59.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate59.evaluated = {"dynamicProps":true,"dynamicItems":false};

const schema25 = {"title":"token matcher","description":"What a call must look like. All keys beside each other must hold; `or` is an alternative to all of them.","type":"object","additionalProperties":false,"properties":{"have-operation":{"description":"The operation that the direct caller asks for.","$ref":"#/$defs/value-matcher"},"have-initial-token":{"description":"What the chain began with. False without an initial token.","$ref":"#/$defs/initial-token-matcher"},"have-no-initial-token":{"description":"The chain began without an initial token.","type":"boolean"},"have-claim":{"description":"Claims of the direct caller.","$ref":"#/$defs/claims-matcher"},"come-from":{"description":"The whole call stack, nearest caller first. Every frame is accounted for.","type":"array","minItems":1,"items":{"$ref":"#/$defs/frame-matcher"}},"come-through":{"description":"These frames occur in this order, nearest caller first, with anything around them.","type":"array","minItems":1,"items":{"$ref":"#/$defs/one-frame-matcher"}},"originate-from":{"description":"The last frame: the service that started the chain.","$ref":"#/$defs/one-frame-matcher"},"have-at-most":{"description":"An upper bound on the call stack.","$ref":"#/$defs/stack-bound"},"or":{"description":"An alternative to all keys beside it.","$ref":"#/$defs/token-matcher"}},"allOf":[{"$ref":"#/$defs/beside-or"},{"$ref":"#/$defs/with-or-without-initial-token"}]};
const schema26 = {"title":"something beside or","anyOf":[{"required":["have-operation"]},{"required":["have-initial-token"]},{"required":["have-no-initial-token"],"properties":{"have-no-initial-token":{"const":true}}},{"required":["have-claim"]},{"required":["come-from"]},{"required":["come-through"]},{"required":["originate-from"]},{"required":["have-at-most"]}]};

function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate63.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["have-operation"] === undefined) || (!(func0.call(data, "have-operation")))){
const err0 = {instancePath,schemaPath:"#/anyOf/0/required",keyword:"required",params:{missingProperty: "have-operation"},message:"must have required property '"+"have-operation"+"'",schema:schema26.anyOf[0].required,parentSchema:schema26.anyOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["have-initial-token"] === undefined) || (!(func0.call(data, "have-initial-token")))){
const err1 = {instancePath,schemaPath:"#/anyOf/1/required",keyword:"required",params:{missingProperty: "have-initial-token"},message:"must have required property '"+"have-initial-token"+"'",schema:schema26.anyOf[1].required,parentSchema:schema26.anyOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
valid0 = valid0 || _valid0;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["have-no-initial-token"] === undefined) || (!(func0.call(data, "have-no-initial-token")))){
const err2 = {instancePath,schemaPath:"#/anyOf/2/required",keyword:"required",params:{missingProperty: "have-no-initial-token"},message:"must have required property '"+"have-no-initial-token"+"'",schema:schema26.anyOf[2].required,parentSchema:schema26.anyOf[2],data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data["have-no-initial-token"] !== undefined && func0.call(data, "have-no-initial-token")){
let data0 = data["have-no-initial-token"];
if(true !== data0){
const err3 = {instancePath:instancePath+"/have-no-initial-token",schemaPath:"#/anyOf/2/properties/have-no-initial-token/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema26.anyOf[2].properties["have-no-initial-token"],data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
var _valid0 = _errs3 === errors;
valid0 = valid0 || _valid0;
if(_valid0){
var props0 = {};
props0["have-no-initial-token"] = true;
}
const _errs5 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["have-claim"] === undefined) || (!(func0.call(data, "have-claim")))){
const err4 = {instancePath,schemaPath:"#/anyOf/3/required",keyword:"required",params:{missingProperty: "have-claim"},message:"must have required property '"+"have-claim"+"'",schema:schema26.anyOf[3].required,parentSchema:schema26.anyOf[3],data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var _valid0 = _errs5 === errors;
valid0 = valid0 || _valid0;
const _errs6 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["come-from"] === undefined) || (!(func0.call(data, "come-from")))){
const err5 = {instancePath,schemaPath:"#/anyOf/4/required",keyword:"required",params:{missingProperty: "come-from"},message:"must have required property '"+"come-from"+"'",schema:schema26.anyOf[4].required,parentSchema:schema26.anyOf[4],data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
var _valid0 = _errs6 === errors;
valid0 = valid0 || _valid0;
const _errs7 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["come-through"] === undefined) || (!(func0.call(data, "come-through")))){
const err6 = {instancePath,schemaPath:"#/anyOf/5/required",keyword:"required",params:{missingProperty: "come-through"},message:"must have required property '"+"come-through"+"'",schema:schema26.anyOf[5].required,parentSchema:schema26.anyOf[5],data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
var _valid0 = _errs7 === errors;
valid0 = valid0 || _valid0;
const _errs8 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["originate-from"] === undefined) || (!(func0.call(data, "originate-from")))){
const err7 = {instancePath,schemaPath:"#/anyOf/6/required",keyword:"required",params:{missingProperty: "originate-from"},message:"must have required property '"+"originate-from"+"'",schema:schema26.anyOf[6].required,parentSchema:schema26.anyOf[6],data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
var _valid0 = _errs8 === errors;
valid0 = valid0 || _valid0;
const _errs9 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["have-at-most"] === undefined) || (!(func0.call(data, "have-at-most")))){
const err8 = {instancePath,schemaPath:"#/anyOf/7/required",keyword:"required",params:{missingProperty: "have-at-most"},message:"must have required property '"+"have-at-most"+"'",schema:schema26.anyOf[7].required,parentSchema:schema26.anyOf[7],data};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var _valid0 = _errs9 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const err9 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf",schema:schema26.anyOf,parentSchema:schema26,data};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate63.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate63.evaluated = {"dynamicProps":true,"dynamicItems":false};

const schema27 = {"title":"with or without initial token","not":{"required":["have-initial-token","have-no-initial-token"],"properties":{"have-no-initial-token":{"const":true}}}};

function validate65(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate65.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data["have-initial-token"] === undefined) || (!(func0.call(data, "have-initial-token")))) && (missing0 = "have-initial-token")) || (((data["have-no-initial-token"] === undefined) || (!(func0.call(data, "have-no-initial-token")))) && (missing0 = "have-no-initial-token"))){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data["have-no-initial-token"] !== undefined && func0.call(data, "have-no-initial-token")){
if(true !== data["have-no-initial-token"]){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
}
var valid0 = _errs1 === errors;
if(valid0){
const err2 = {instancePath,schemaPath:"#/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema27.not,parentSchema:schema27,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate65.errors = vErrors;
return errors === 0;
}
validate65.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema28 = {"title":"value matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"equal-to":{"description":"The very value, of the very type.","$ref":"#/$defs/literal"},"matching":{"description":"A string whose whole text matches this pattern (RE2 syntax).","type":"string","maxLength":256},"one-of":{"description":"One of these values.","$ref":"#/$defs/literals"}}};
const schema29 = {"type":["string","number","boolean"]};

function validate68(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate68.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(((typeof data !== "string") && (!((typeof data == "number") && (isFinite(data))))) && (typeof data !== "boolean")){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema29.type},message:"must be string,number,boolean",schema:schema29.type,parentSchema:schema29,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate68.errors = vErrors;
return errors === 0;
}
validate68.evaluated = {"dynamicProps":false,"dynamicItems":false};

const schema30 = {"type":"array","minItems":1,"items":{"$ref":"#/$defs/literal"}};

function validate70(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate70.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(Array.isArray(data)){
if(data.length < 1){
const err0 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema30,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate68(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate68.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema30.type,parentSchema:schema30,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate70.errors = vErrors;
return errors === 0;
}
validate70.evaluated = {"items":true,"dynamicProps":false,"dynamicItems":false};


function validate67(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate67.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(((key0 === "equal-to") || (key0 === "matching")) || (key0 === "one-of"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["equal-to"] !== undefined && func0.call(data, "equal-to")){
if(!(validate68(data["equal-to"], {instancePath:instancePath+"/equal-to",parentData:data,parentDataProperty:"equal-to",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate68.errors);
errors = vErrors.length;
}
}
if(data.matching !== undefined && func0.call(data, "matching")){
let data1 = data.matching;
if(typeof data1 === "string"){
if(func64(data1) > 256){
const err2 = {instancePath:instancePath+"/matching",schemaPath:"#/properties/matching/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters",schema:256,parentSchema:schema28.properties.matching,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/matching",schemaPath:"#/properties/matching/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema28.properties.matching.type,parentSchema:schema28.properties.matching,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["one-of"] !== undefined && func0.call(data, "one-of")){
if(!(validate70(data["one-of"], {instancePath:instancePath+"/one-of",parentData:data,parentDataProperty:"one-of",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate70.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema28.type,parentSchema:schema28,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate67.errors = vErrors;
return errors === 0;
}
validate67.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema31 = {"title":"initial token matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"where-issuer-is":{"description":"The claim `iss`.","$ref":"#/$defs/value-matcher"},"where-scope-contains":{"description":"The claim `scope`: a list, or a string with spaces between.","$ref":"#/$defs/collection-matcher"},"where-audience-contains":{"description":"The claim `aud`: a list, or a string that stands for a list of one.","$ref":"#/$defs/collection-matcher"},"where-authenticated-within":{"description":"How long ago the login was, by the claim `auth_time`, at most.","$ref":"#/$defs/age-bound"},"where-issued-within":{"description":"How old the token is, by the claim `iat`, at most.","$ref":"#/$defs/age-bound"},"where-claim":{"description":"Any claims of the initial token.","$ref":"#/$defs/claims-matcher"}}};
const schema32 = {"title":"collection matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"value":{"description":"The list holds this value.","$ref":"#/$defs/literal"},"one-of":{"description":"The list holds at least one of these.","$ref":"#/$defs/literals"},"all-of":{"description":"The list holds all of these.","$ref":"#/$defs/literals"},"only":{"description":"The list holds all of these and nothing else.","$ref":"#/$defs/literals"}}};

function validate76(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate76.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((((key0 === "value") || (key0 === "one-of")) || (key0 === "all-of")) || (key0 === "only"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.value !== undefined && func0.call(data, "value")){
if(!(validate68(data.value, {instancePath:instancePath+"/value",parentData:data,parentDataProperty:"value",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate68.errors);
errors = vErrors.length;
}
}
if(data["one-of"] !== undefined && func0.call(data, "one-of")){
if(!(validate70(data["one-of"], {instancePath:instancePath+"/one-of",parentData:data,parentDataProperty:"one-of",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate70.errors);
errors = vErrors.length;
}
}
if(data["all-of"] !== undefined && func0.call(data, "all-of")){
if(!(validate70(data["all-of"], {instancePath:instancePath+"/all-of",parentData:data,parentDataProperty:"all-of",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate70.errors);
errors = vErrors.length;
}
}
if(data.only !== undefined && func0.call(data, "only")){
if(!(validate70(data.only, {instancePath:instancePath+"/only",parentData:data,parentDataProperty:"only",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate70.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate76.errors = vErrors;
return errors === 0;
}
validate76.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema33 = {"title":"bound of an age","description":"How long ago something was, at most.","type":"object","additionalProperties":false,"required":["seconds"],"properties":{"seconds":{"description":"A whole number of seconds.","type":"integer","minimum":1}}};

function validate83(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate83.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.seconds === undefined) || (!(func0.call(data, "seconds")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "seconds"},message:"must have required property '"+"seconds"+"'",schema:schema33.required,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(key0 === "seconds")){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.seconds !== undefined && func0.call(data, "seconds")){
let data0 = data.seconds;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err2 = {instancePath:instancePath+"/seconds",schemaPath:"#/properties/seconds/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema33.properties.seconds.type,parentSchema:schema33.properties.seconds,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 1 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/seconds",schemaPath:"#/properties/seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema33.properties.seconds,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema33.type,parentSchema:schema33,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate83.errors = vErrors;
return errors === 0;
}
validate83.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema34 = {"title":"claims by name","description":"All claims must match. A claim that is missing or null never does.","type":"object","minProperties":1,"additionalProperties":{"$ref":"#/$defs/claim-matcher"}};
const schema35 = {"title":"claim matcher","description":"All keys must hold.","type":"object","additionalProperties":false,"minProperties":1,"properties":{"is":{"description":"For a string, a number or a boolean.","$ref":"#/$defs/value-matcher"},"contains":{"description":"For a list.","$ref":"#/$defs/collection-matcher"}}};

function validate87(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate87.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((key0 === "is") || (key0 === "contains"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.is !== undefined && func0.call(data, "is")){
if(!(validate67(data.is, {instancePath:instancePath+"/is",parentData:data,parentDataProperty:"is",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate67.errors);
errors = vErrors.length;
}
}
if(data.contains !== undefined && func0.call(data, "contains")){
if(!(validate76(data.contains, {instancePath:instancePath+"/contains",parentData:data,parentDataProperty:"contains",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate76.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema35.type,parentSchema:schema35,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate87.errors = vErrors;
return errors === 0;
}
validate87.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate86(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate86.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(validate87(data[key0], {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key0,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate87.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate86.errors = vErrors;
return errors === 0;
}
validate86.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate74(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate74.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length < 1){
const err0 = {instancePath,schemaPath:"#/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties",schema:1,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((((((key0 === "where-issuer-is") || (key0 === "where-scope-contains")) || (key0 === "where-audience-contains")) || (key0 === "where-authenticated-within")) || (key0 === "where-issued-within")) || (key0 === "where-claim"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["where-issuer-is"] !== undefined && func0.call(data, "where-issuer-is")){
if(!(validate67(data["where-issuer-is"], {instancePath:instancePath+"/where-issuer-is",parentData:data,parentDataProperty:"where-issuer-is",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate67.errors);
errors = vErrors.length;
}
}
if(data["where-scope-contains"] !== undefined && func0.call(data, "where-scope-contains")){
if(!(validate76(data["where-scope-contains"], {instancePath:instancePath+"/where-scope-contains",parentData:data,parentDataProperty:"where-scope-contains",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate76.errors);
errors = vErrors.length;
}
}
if(data["where-audience-contains"] !== undefined && func0.call(data, "where-audience-contains")){
if(!(validate76(data["where-audience-contains"], {instancePath:instancePath+"/where-audience-contains",parentData:data,parentDataProperty:"where-audience-contains",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate76.errors);
errors = vErrors.length;
}
}
if(data["where-authenticated-within"] !== undefined && func0.call(data, "where-authenticated-within")){
if(!(validate83(data["where-authenticated-within"], {instancePath:instancePath+"/where-authenticated-within",parentData:data,parentDataProperty:"where-authenticated-within",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate83.errors);
errors = vErrors.length;
}
}
if(data["where-issued-within"] !== undefined && func0.call(data, "where-issued-within")){
if(!(validate83(data["where-issued-within"], {instancePath:instancePath+"/where-issued-within",parentData:data,parentDataProperty:"where-issued-within",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate83.errors);
errors = vErrors.length;
}
}
if(data["where-claim"] !== undefined && func0.call(data, "where-claim")){
if(!(validate86(data["where-claim"], {instancePath:instancePath+"/where-claim",parentData:data,parentDataProperty:"where-claim",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate86.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema31.type,parentSchema:schema31,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate74.errors = vErrors;
return errors === 0;
}
validate74.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema36 = {"title":"frame matcher","description":"Exactly one of `app-name`, `any-app: true` and `any-number-of-apps: true`, which stands alone.","type":"object","additionalProperties":false,"properties":{"app-name":{"description":"The service's name.","$ref":"#/$defs/value-matcher"},"any-app":{"description":"One service, whatever its name.","type":"boolean"},"any-number-of-apps":{"description":"Zero or more services. Stands alone.","type":"boolean"},"optional":{"description":"Zero or one frame instead of exactly one.","type":"boolean"},"via-operation":{"description":"The operation of this frame.","$ref":"#/$defs/value-matcher"},"where-claim":{"description":"Claims of this frame.","$ref":"#/$defs/claims-matcher"}},"allOf":[{"$ref":"#/$defs/one-selector"},{"$ref":"#/$defs/any-number-alone"}]};
const schema37 = {"title":"one selector","oneOf":[{"required":["app-name"]},{"required":["any-app"],"properties":{"any-app":{"const":true}}},{"required":["any-number-of-apps"],"properties":{"any-number-of-apps":{"const":true}}}]};

function validate95(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate95.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
let passing0 = null;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["app-name"] === undefined) || (!(func0.call(data, "app-name")))){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "app-name"},message:"must have required property '"+"app-name"+"'",schema:schema37.oneOf[0].required,parentSchema:schema37.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs1 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["any-app"] === undefined) || (!(func0.call(data, "any-app")))){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "any-app"},message:"must have required property '"+"any-app"+"'",schema:schema37.oneOf[1].required,parentSchema:schema37.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data["any-app"] !== undefined && func0.call(data, "any-app")){
let data0 = data["any-app"];
if(true !== data0){
const err2 = {instancePath:instancePath+"/any-app",schemaPath:"#/oneOf/1/properties/any-app/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema37.oneOf[1].properties["any-app"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
var _valid0 = _errs2 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
var props0 = {};
props0["any-app"] = true;
}
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["any-number-of-apps"] === undefined) || (!(func0.call(data, "any-number-of-apps")))){
const err3 = {instancePath,schemaPath:"#/oneOf/2/required",keyword:"required",params:{missingProperty: "any-number-of-apps"},message:"must have required property '"+"any-number-of-apps"+"'",schema:schema37.oneOf[2].required,parentSchema:schema37.oneOf[2],data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data["any-number-of-apps"] !== undefined && func0.call(data, "any-number-of-apps")){
let data1 = data["any-number-of-apps"];
if(true !== data1){
const err4 = {instancePath:instancePath+"/any-number-of-apps",schemaPath:"#/oneOf/2/properties/any-number-of-apps/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema37.oneOf[2].properties["any-number-of-apps"],data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
var _valid0 = _errs4 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 2];
}
else {
if(_valid0){
valid0 = true;
passing0 = 2;
if(props0 !== true){
props0 = props0 || {};
props0["any-number-of-apps"] = true;
}
}
}
}
if(!valid0){
const err5 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema37.oneOf,parentSchema:schema37,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate95.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate95.evaluated = {"dynamicProps":true,"dynamicItems":false};

const schema38 = {"title":"any number alone","not":{"required":["any-number-of-apps"],"properties":{"any-number-of-apps":{"const":true}},"anyOf":[{"required":["via-operation"]},{"required":["where-claim"]},{"required":["optional"],"properties":{"optional":{"const":true}}}]}};

function validate97(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate97.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
const _errs1 = errors;
const _errs2 = errors;
let valid1 = false;
const _errs3 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data["via-operation"] === undefined) || (!(func0.call(data, "via-operation")))) && (missing0 = "via-operation")){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs3 === errors;
valid1 = valid1 || _valid0;
const _errs4 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if(((data["where-claim"] === undefined) || (!(func0.call(data, "where-claim")))) && (missing1 = "where-claim")){
const err1 = {};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs4 === errors;
valid1 = valid1 || _valid0;
const _errs5 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if(((data.optional === undefined) || (!(func0.call(data, "optional")))) && (missing2 = "optional")){
const err2 = {};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
if(data.optional !== undefined && func0.call(data, "optional")){
if(true !== data.optional){
const err3 = {};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
}
var _valid0 = _errs5 === errors;
valid1 = valid1 || _valid0;
if(_valid0){
var props0 = {};
props0.optional = true;
}
if(!valid1){
const err4 = {};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
errors = _errs2;
if(vErrors !== null){
if(_errs2){
vErrors.length = _errs2;
}
else {
vErrors = null;
}
}
}
if(errors === _errs1){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if(((data["any-number-of-apps"] === undefined) || (!(func0.call(data, "any-number-of-apps")))) && (missing3 = "any-number-of-apps")){
const err5 = {};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
else {
if(props0 !== true){
props0 = props0 || {};
props0["any-number-of-apps"] = true;
}
if(data["any-number-of-apps"] !== undefined && func0.call(data, "any-number-of-apps")){
if(true !== data["any-number-of-apps"]){
const err6 = {};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
}
}
var valid0 = _errs1 === errors;
if(valid0){
const err7 = {instancePath,schemaPath:"#/not",keyword:"not",params:{},message:"must NOT be valid",schema:schema38.not,parentSchema:schema38,data};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate97.errors = vErrors;
return errors === 0;
}
validate97.evaluated = {"dynamicProps":false,"dynamicItems":false};


function validate94(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate94.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate95(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate95.errors);
errors = vErrors.length;
}
if(!(validate97(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate97.errors);
errors = vErrors.length;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 of Object.keys(data)){
if(!((((((key0 === "app-name") || (key0 === "any-app")) || (key0 === "any-number-of-apps")) || (key0 === "optional")) || (key0 === "via-operation")) || (key0 === "where-claim"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema36,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["app-name"] !== undefined && func0.call(data, "app-name")){
if(!(validate67(data["app-name"], {instancePath:instancePath+"/app-name",parentData:data,parentDataProperty:"app-name",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate67.errors);
errors = vErrors.length;
}
}
if(data["any-app"] !== undefined && func0.call(data, "any-app")){
let data1 = data["any-app"];
if(typeof data1 !== "boolean"){
const err1 = {instancePath:instancePath+"/any-app",schemaPath:"#/properties/any-app/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema36.properties["any-app"].type,parentSchema:schema36.properties["any-app"],data:data1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["any-number-of-apps"] !== undefined && func0.call(data, "any-number-of-apps")){
let data2 = data["any-number-of-apps"];
if(typeof data2 !== "boolean"){
const err2 = {instancePath:instancePath+"/any-number-of-apps",schemaPath:"#/properties/any-number-of-apps/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema36.properties["any-number-of-apps"].type,parentSchema:schema36.properties["any-number-of-apps"],data:data2};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.optional !== undefined && func0.call(data, "optional")){
let data3 = data.optional;
if(typeof data3 !== "boolean"){
const err3 = {instancePath:instancePath+"/optional",schemaPath:"#/properties/optional/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema36.properties.optional.type,parentSchema:schema36.properties.optional,data:data3};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["via-operation"] !== undefined && func0.call(data, "via-operation")){
if(!(validate67(data["via-operation"], {instancePath:instancePath+"/via-operation",parentData:data,parentDataProperty:"via-operation",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate67.errors);
errors = vErrors.length;
}
}
if(data["where-claim"] !== undefined && func0.call(data, "where-claim")){
if(!(validate86(data["where-claim"], {instancePath:instancePath+"/where-claim",parentData:data,parentDataProperty:"where-claim",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate86.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema36.type,parentSchema:schema36,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate94.errors = vErrors;
return errors === 0;
}
validate94.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema39 = {"title":"frame matcher for exactly one frame","description":"Exactly one of `app-name` and `any-app: true`.","type":"object","additionalProperties":false,"properties":{"app-name":{"description":"The service's name.","$ref":"#/$defs/value-matcher"},"any-app":{"description":"One service, whatever its name.","type":"boolean"},"via-operation":{"description":"The operation of this frame.","$ref":"#/$defs/value-matcher"},"where-claim":{"description":"Claims of this frame.","$ref":"#/$defs/claims-matcher"}},"allOf":[{"$ref":"#/$defs/one-of-two-selectors"}]};
const schema40 = {"title":"one of two selectors","oneOf":[{"required":["app-name"]},{"required":["any-app"],"properties":{"any-app":{"const":true}}}]};

function validate104(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate104.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
const _errs0 = errors;
let valid0 = false;
let passing0 = null;
const _errs1 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["app-name"] === undefined) || (!(func0.call(data, "app-name")))){
const err0 = {instancePath,schemaPath:"#/oneOf/0/required",keyword:"required",params:{missingProperty: "app-name"},message:"must have required property '"+"app-name"+"'",schema:schema40.oneOf[0].required,parentSchema:schema40.oneOf[0],data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
var _valid0 = _errs1 === errors;
if(_valid0){
valid0 = true;
passing0 = 0;
}
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["any-app"] === undefined) || (!(func0.call(data, "any-app")))){
const err1 = {instancePath,schemaPath:"#/oneOf/1/required",keyword:"required",params:{missingProperty: "any-app"},message:"must have required property '"+"any-app"+"'",schema:schema40.oneOf[1].required,parentSchema:schema40.oneOf[1],data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data["any-app"] !== undefined && func0.call(data, "any-app")){
let data0 = data["any-app"];
if(true !== data0){
const err2 = {instancePath:instancePath+"/any-app",schemaPath:"#/oneOf/1/properties/any-app/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema40.oneOf[1].properties["any-app"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
var _valid0 = _errs2 === errors;
if(_valid0 && valid0){
valid0 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid0 = true;
passing0 = 1;
var props0 = {};
props0["any-app"] = true;
}
}
if(!valid0){
const err3 = {instancePath,schemaPath:"#/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema40.oneOf,parentSchema:schema40,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate104.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate104.evaluated = {"dynamicProps":true,"dynamicItems":false};


function validate103(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate103.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate104(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate104.errors);
errors = vErrors.length;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 of Object.keys(data)){
if(!((((key0 === "app-name") || (key0 === "any-app")) || (key0 === "via-operation")) || (key0 === "where-claim"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema39,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["app-name"] !== undefined && func0.call(data, "app-name")){
if(!(validate67(data["app-name"], {instancePath:instancePath+"/app-name",parentData:data,parentDataProperty:"app-name",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate67.errors);
errors = vErrors.length;
}
}
if(data["any-app"] !== undefined && func0.call(data, "any-app")){
let data1 = data["any-app"];
if(typeof data1 !== "boolean"){
const err1 = {instancePath:instancePath+"/any-app",schemaPath:"#/properties/any-app/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema39.properties["any-app"].type,parentSchema:schema39.properties["any-app"],data:data1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["via-operation"] !== undefined && func0.call(data, "via-operation")){
if(!(validate67(data["via-operation"], {instancePath:instancePath+"/via-operation",parentData:data,parentDataProperty:"via-operation",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate67.errors);
errors = vErrors.length;
}
}
if(data["where-claim"] !== undefined && func0.call(data, "where-claim")){
if(!(validate86(data["where-claim"], {instancePath:instancePath+"/where-claim",parentData:data,parentDataProperty:"where-claim",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate86.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.type,parentSchema:schema39,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate103.errors = vErrors;
return errors === 0;
}
validate103.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema41 = {"title":"bound of the call stack","description":"How many frames the call stack may have.","type":"object","additionalProperties":false,"required":["apps"],"properties":{"apps":{"description":"Frames, the direct caller included.","type":"integer","minimum":1}}};

function validate111(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate111.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.apps === undefined) || (!(func0.call(data, "apps")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apps"},message:"must have required property '"+"apps"+"'",schema:schema41.required,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(key0 === "apps")){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.apps !== undefined && func0.call(data, "apps")){
let data0 = data.apps;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err2 = {instancePath:instancePath+"/apps",schemaPath:"#/properties/apps/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema41.properties.apps.type,parentSchema:schema41.properties.apps,data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 1 || isNaN(data0)){
const err3 = {instancePath:instancePath+"/apps",schemaPath:"#/properties/apps/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema41.properties.apps,data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema41.type,parentSchema:schema41,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate111.errors = vErrors;
return errors === 0;
}
validate111.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const wrapper0 = {validate: validate62};

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate62.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate63(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate63.errors);
errors = vErrors.length;
}
if(!(validate65(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate65.errors);
errors = vErrors.length;
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 of Object.keys(data)){
if(!(func0.call(schema25.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data["have-operation"] !== undefined && func0.call(data, "have-operation")){
if(!(validate67(data["have-operation"], {instancePath:instancePath+"/have-operation",parentData:data,parentDataProperty:"have-operation",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate67.errors);
errors = vErrors.length;
}
}
if(data["have-initial-token"] !== undefined && func0.call(data, "have-initial-token")){
if(!(validate74(data["have-initial-token"], {instancePath:instancePath+"/have-initial-token",parentData:data,parentDataProperty:"have-initial-token",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate74.errors);
errors = vErrors.length;
}
}
if(data["have-no-initial-token"] !== undefined && func0.call(data, "have-no-initial-token")){
let data2 = data["have-no-initial-token"];
if(typeof data2 !== "boolean"){
const err1 = {instancePath:instancePath+"/have-no-initial-token",schemaPath:"#/properties/have-no-initial-token/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema25.properties["have-no-initial-token"].type,parentSchema:schema25.properties["have-no-initial-token"],data:data2};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["have-claim"] !== undefined && func0.call(data, "have-claim")){
if(!(validate86(data["have-claim"], {instancePath:instancePath+"/have-claim",parentData:data,parentDataProperty:"have-claim",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate86.errors);
errors = vErrors.length;
}
}
if(data["come-from"] !== undefined && func0.call(data, "come-from")){
let data4 = data["come-from"];
if(Array.isArray(data4)){
if(data4.length < 1){
const err2 = {instancePath:instancePath+"/come-from",schemaPath:"#/properties/come-from/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema25.properties["come-from"],data:data4};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
if(!(validate94(data4[i0], {instancePath:instancePath+"/come-from/" + i0,parentData:data4,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate94.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath:instancePath+"/come-from",schemaPath:"#/properties/come-from/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema25.properties["come-from"].type,parentSchema:schema25.properties["come-from"],data:data4};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["come-through"] !== undefined && func0.call(data, "come-through")){
let data6 = data["come-through"];
if(Array.isArray(data6)){
if(data6.length < 1){
const err4 = {instancePath:instancePath+"/come-through",schemaPath:"#/properties/come-through/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema25.properties["come-through"],data:data6};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
if(!(validate103(data6[i1], {instancePath:instancePath+"/come-through/" + i1,parentData:data6,parentDataProperty:i1,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate103.errors);
errors = vErrors.length;
}
}
}
else {
const err5 = {instancePath:instancePath+"/come-through",schemaPath:"#/properties/come-through/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema25.properties["come-through"].type,parentSchema:schema25.properties["come-through"],data:data6};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data["originate-from"] !== undefined && func0.call(data, "originate-from")){
if(!(validate103(data["originate-from"], {instancePath:instancePath+"/originate-from",parentData:data,parentDataProperty:"originate-from",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate103.errors);
errors = vErrors.length;
}
}
if(data["have-at-most"] !== undefined && func0.call(data, "have-at-most")){
if(!(validate111(data["have-at-most"], {instancePath:instancePath+"/have-at-most",parentData:data,parentDataProperty:"have-at-most",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate111.errors);
errors = vErrors.length;
}
}
if(data.or !== undefined && func0.call(data, "or")){
if(!(wrapper0.validate(data.or, {instancePath:instancePath+"/or",parentData:data,parentDataProperty:"or",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, wrapper0.validate.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema25.type,parentSchema:schema25,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate62.errors = vErrors;
return errors === 0;
}
validate62.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate56(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate56.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate57(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate57.errors);
errors = vErrors.length;
}
else {
var props0 = validate57.evaluated.props;
}
if(!(validate59(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate59.errors);
errors = vErrors.length;
}
else {
var props1 = validate59.evaluated.props;
}
if(props0 !== true && props1 !== undefined){
if(props1 === true){
props0 = true;
}
else {
props0 = props0 || {};
Object.assign(props0, props1);
}
}
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 of Object.keys(data)){
if(!((((((key0 === "name") || (key0 === "because")) || (key0 === "any-token")) || (key0 === "tokens-that")) || (key0 === "must")) || (key0 === "must-be-rejected"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.name !== undefined && func0.call(data, "name")){
if(!(validate54(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate54.errors);
errors = vErrors.length;
}
}
if(data.because !== undefined && func0.call(data, "because")){
let data1 = data.because;
if(typeof data1 === "string"){
if(func64(data1) > 400){
const err1 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/maxLength",keyword:"maxLength",params:{limit: 400},message:"must NOT have more than 400 characters",schema:400,parentSchema:schema22.properties.because,data:data1};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(func64(data1) < 1){
const err2 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema22.properties.because,data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
else {
const err3 = {instancePath:instancePath+"/because",schemaPath:"#/properties/because/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema22.properties.because.type,parentSchema:schema22.properties.because,data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data["any-token"] !== undefined && func0.call(data, "any-token")){
let data2 = data["any-token"];
if(typeof data2 !== "boolean"){
const err4 = {instancePath:instancePath+"/any-token",schemaPath:"#/properties/any-token/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema22.properties["any-token"].type,parentSchema:schema22.properties["any-token"],data:data2};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data["tokens-that"] !== undefined && func0.call(data, "tokens-that")){
if(!(validate62(data["tokens-that"], {instancePath:instancePath+"/tokens-that",parentData:data,parentDataProperty:"tokens-that",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate62.errors);
errors = vErrors.length;
}
}
if(data.must !== undefined && func0.call(data, "must")){
if(!(validate62(data.must, {instancePath:instancePath+"/must",parentData:data,parentDataProperty:"must",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate62.errors);
errors = vErrors.length;
}
}
if(data["must-be-rejected"] !== undefined && func0.call(data, "must-be-rejected")){
let data5 = data["must-be-rejected"];
if(typeof data5 !== "boolean"){
const err5 = {instancePath:instancePath+"/must-be-rejected",schemaPath:"#/properties/must-be-rejected/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema22.properties["must-be-rejected"].type,parentSchema:schema22.properties["must-be-rejected"],data:data5};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema22.type,parentSchema:schema22,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate56.errors = vErrors;
return errors === 0;
}
validate56.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate53.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["enforce-the-first-matching-rule"] === undefined) || (!(func0.call(data, "enforce-the-first-matching-rule")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "enforce-the-first-matching-rule"},message:"must have required property '"+"enforce-the-first-matching-rule"+"'",schema:schema20.required,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(((key0 === "name") || (key0 === "enforce-the-first-matching-rule")) || (key0 === "otherwise"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined && func0.call(data, "name")){
if(!(validate54(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate54.errors);
errors = vErrors.length;
}
}
if(data["enforce-the-first-matching-rule"] !== undefined && func0.call(data, "enforce-the-first-matching-rule")){
let data1 = data["enforce-the-first-matching-rule"];
if(Array.isArray(data1)){
if(data1.length > 256){
const err2 = {instancePath:instancePath+"/enforce-the-first-matching-rule",schemaPath:"#/properties/enforce-the-first-matching-rule/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items",schema:256,parentSchema:schema20.properties["enforce-the-first-matching-rule"],data:data1};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data1.length < 1){
const err3 = {instancePath:instancePath+"/enforce-the-first-matching-rule",schemaPath:"#/properties/enforce-the-first-matching-rule/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema20.properties["enforce-the-first-matching-rule"],data:data1};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(!(validate56(data1[i0], {instancePath:instancePath+"/enforce-the-first-matching-rule/" + i0,parentData:data1,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate56.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath:instancePath+"/enforce-the-first-matching-rule",schemaPath:"#/properties/enforce-the-first-matching-rule/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema20.properties["enforce-the-first-matching-rule"].type,parentSchema:schema20.properties["enforce-the-first-matching-rule"],data:data1};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.otherwise !== undefined && func0.call(data, "otherwise")){
let data3 = data.otherwise;
if("accept" !== data3){
const err5 = {instancePath:instancePath+"/otherwise",schemaPath:"#/properties/otherwise/const",keyword:"const",params:{allowedValue: "accept"},message:"must be equal to constant",schema:"accept",parentSchema:schema20.properties.otherwise,data:data3};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema20.type,parentSchema:schema20,data};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate53.errors = vErrors;
return errors === 0;
}
validate53.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="https://countersign.dev/schema/policy.json" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate52.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if((data["for-each-of-the-following"] === undefined) || (!(func0.call(data, "for-each-of-the-following")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "for-each-of-the-following"},message:"must have required property '"+"for-each-of-the-following"+"'",schema:schema19.required,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!(key0 === "for-each-of-the-following")){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data["for-each-of-the-following"] !== undefined && func0.call(data, "for-each-of-the-following")){
let data0 = data["for-each-of-the-following"];
if(Array.isArray(data0)){
if(data0.length > 256){
const err2 = {instancePath:instancePath+"/for-each-of-the-following",schemaPath:"#/properties/for-each-of-the-following/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items",schema:256,parentSchema:schema19.properties["for-each-of-the-following"],data:data0};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data0.length < 1){
const err3 = {instancePath:instancePath+"/for-each-of-the-following",schemaPath:"#/properties/for-each-of-the-following/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items",schema:1,parentSchema:schema19.properties["for-each-of-the-following"],data:data0};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate53(data0[i0], {instancePath:instancePath+"/for-each-of-the-following/" + i0,parentData:data0,parentDataProperty:i0,rootData,dynamicAnchors}))){
vErrors = joined(vErrors, validate53.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath:instancePath+"/for-each-of-the-following",schemaPath:"#/properties/for-each-of-the-following/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema19.properties["for-each-of-the-following"].type,parentSchema:schema19.properties["for-each-of-the-following"],data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema19.type,parentSchema:schema19,data};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate52.errors = vErrors;
return errors === 0;
}
validate52.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};
