import { OptionError } from '../../errors.js'
import { MAX_REGISTRATION_CHARACTERS } from '../../limits/keys.js'
import { checkOptions } from '../../options.js'
import type { RegistrySetup } from '../registry-setup.js'
import { checkPasswords, checkServices } from '../service-accounts.js'
import { PostgresConnection } from './postgres-connection.js'
import { checkPostgresOptions, checkSchema, POSTGRES_OPTIONS, type PostgresOptions } from './postgres-options.js'
import { scramVerifier } from './scram-verifier.js'

/** Which services there are, and how the operator connects. Without `url` there are statements only. */
export interface PostgresSetupOptions extends Partial<PostgresOptions> {
  readonly services: readonly string[]
}

// PostgreSQL cuts longer names, and two services would share a role.
const MAX_ROLE_BYTES = 63

/**
 * A schema with a table, and a role `<schema>.<service>` for each service, which reads all rows and writes those of its own name; a row that is
 * revoked it can neither change nor remove. Whoever applies it owns the table, and is the operator. Applied again with one service more,
 * it adds that one.
 */
export function setupPostgres(options: PostgresSetupOptions): RegistrySetup {
  const { services, url, ...rest } = checkOptions('setupPostgres', options, ['services', ...POSTGRES_OPTIONS])
  const schema = checkSchema('setupPostgres', rest.schema)
  checkServices('setupPostgres', services)
  for (const service of services) checkRole(roleOf(schema, service))
  const statements = statementsOf(schema, services, service => `<password of ${service}>`)
  if (url === undefined) return { statements }
  const target = checkPostgresOptions('setupPostgres', { url, ...rest })
  return {
    statements,
    apply: async passwords => {
      checkPasswords('setupPostgres', services, passwords)
      const script = statementsOf(schema, services, service => scramVerifier(passwords[service] ?? ''))
      const operator = await PostgresConnection.open(target, () => undefined)
      try {
        await operator.ask(sql => sql.unsafe(script).simple())
      } finally {
        await operator.close()
      }
    },
  }
}

function roleOf(schema: string, service: string): string {
  return `${schema}.${service}`
}

function tableOf(schema: string): string {
  return `"${schema}".registration`
}

function checkRole(role: string): void {
  if (role.length > MAX_ROLE_BYTES) {
    throw new OptionError(`setupPostgres: the role \`${role}\` has more than ${MAX_ROLE_BYTES} characters`)
  }
}

/** Names have letters, digits, dots, dashes and underscores: nothing has to be escaped in quotes. */
function statementsOf(schema: string, services: readonly string[], secretOf: (service: string) => string): string {
  const roles = services.map(service => roleStatements(schema, roleOf(schema, service), secretOf(service)))
  return [
    'begin;',
    'set local search_path to pg_catalog, pg_temp;',
    tableStatements(schema),
    policyStatements(schema),
    ...roles,
    'commit;',
    '',
  ].join('\n')
}

function tableStatements(schema: string): string {
  const table = tableOf(schema)
  return `
do $$ begin
  if exists (select from pg_catalog.pg_namespace where nspname = '${schema}' and pg_get_userbyid(nspowner) <> current_user) then
    raise exception 'the schema "${schema}" belongs to somebody else';
  end if;
end $$;
create schema if not exists "${schema}";
create table if not exists ${table} (
  service text not null,
  kid text not null,
  registration text check (length(registration) <= ${MAX_REGISTRATION_CHARACTERS}),
  revoked boolean not null default false,
  forget_at timestamptz not null,
  primary key (service, kid)
);
create or replace function "${schema}".announce() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform pg_notify('${schema}', old.service || '/' || old.kid);
  else
    perform pg_notify('${schema}', new.service || '/' || new.kid);
  end if;
  return null;
end $$;
create or replace function "${schema}".keep_tombstone() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a tombstone stays as it is' using errcode = '42501';
end $$;
create or replace trigger keep_tombstone before update on ${table}
  for each row when (old.revoked) execute function "${schema}".keep_tombstone();
create or replace trigger announce after insert or update or delete on ${table}
  for each row execute function "${schema}".announce();`
}

function policyStatements(schema: string): string {
  const table = tableOf(schema)
  const own = `current_user = '${schema}.' || service`
  const policies = [
    ['reads', 'for select using (true)'],
    ['publishes', `for insert with check (${own})`],
    ['renews', `for update using (${own}) with check (${own})`],
    ['forgets', `for delete using (${own} and not revoked)`],
    ['operates', 'to current_user using (true) with check (true)'],
  ]
  const statements = policies.flatMap(([name, rule]) => [
    `drop policy if exists ${name} on ${table};`,
    `create policy ${name} on ${table} ${rule};`,
  ])
  return `
alter table ${table} enable row level security;
alter table ${table} force row level security;
${statements.join('\n')}`
}

/** A role of this name that may pass by row-level security was not made here, and is left alone. */
function roleStatements(schema: string, role: string, secret: string): string {
  return `
do $$ begin
  if exists (select from pg_catalog.pg_roles where rolname = '${role}' and (rolsuper or rolbypassrls)) then
    raise exception 'the role "${role}" may pass by row-level security';
  end if;
  if not exists (select from pg_catalog.pg_roles where rolname = '${role}') then
    create role "${role}";
  end if;
end $$;
alter role "${role}" with login password '${secret}';
grant usage on schema "${schema}" to "${role}";
grant select, insert, update, delete on ${tableOf(schema)} to "${role}";`
}
