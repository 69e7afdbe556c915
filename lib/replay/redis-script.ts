/** What the script answers; `ready` to a question without a presentation. */
export type ScriptAnswer = 'new' | 'seen' | 'young' | 'ahead' | 'evicting' | 'replica' | 'ready'

/**
 * The whole store, in one atomic step by one clock, Redis's own. KEYS: the store's birth, a presentation. ARGV, in milliseconds: when
 * the presentation was issued, until when it must be remembered, by how much clocks may differ.
 *
 * A store's life ends when anything may have been forgotten: the replication id changes with every start and promotion of
 * a server, the count with every eviction, and the key itself is gone after a flush. The next life knows nothing of the one before,
 * and refuses what that one may have accepted. A presentation is refused once its own key may have expired.
 */
export const REPLAY_SCRIPT = `
local function read(section, pattern)
  return string.match(redis.call('INFO', section), pattern)
end
local replication = redis.call('INFO', 'replication')
if not string.find(replication, 'role:master', 1, true) then return 'replica' end
local life = string.match(replication, 'master_replid:(%w+)') .. ' ' .. read('stats', 'evicted_keys:(%d+)')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known, born = string.match(redis.call('GET', KEYS[1]) or '', '^(%w+ %d+) (%d+)$')
if known ~= life then
  if read('memory', 'maxmemory_policy:([%w-]+)') ~= 'noeviction' then return 'evicting' end
  born = now
  redis.call('SET', KEYS[1], string.format('%s %.0f', life, born))
end
if not KEYS[2] then return 'ready' end
local issued, expires, skew = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not (issued <= now + skew) then return 'ahead' end
if not (issued >= tonumber(born) + skew and expires >= now) then return 'young' end
if redis.call('SET', KEYS[2], '', 'NX', 'PX', string.format('%.0f', expires - now + 1000)) then return 'new' end
return 'seen'
`
