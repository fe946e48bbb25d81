-- With heartbeat.lua before it.
-- One request: is its signature new, do the budgets hold it, and its session was heard of.
-- Budgets are token buckets in thousandths: rate per second times elapsed milliseconds, integers throughout.

local ADMITTED, REPLAYED, REQUESTS_EXHAUSTED, OPERATIONS_EXHAUSTED = 0, 1, 2, 3

local replay_key, budget_key, session_key, generation_key, silences_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local nonce = ARGV[1]
local replay_ttl = tonumber(ARGV[2])
local session_ttl = tonumber(ARGV[3])
local request_rate = tonumber(ARGV[4])
local request_burst = tonumber(ARGV[5]) * 1000
local operation_rate = tonumber(ARGV[6])
local operation_burst = tonumber(ARGV[7]) * 1000
local operation_cost = tonumber(ARGV[8]) * 1000
local never_refused = ARGV[9] == '1'
local request_cost = 1000

local now = clock()
local generation = redis.call('GET', generation_key) or '0'

-- A call that the client repeats after a broken connection knows its own mark.
if not redis.call('SET', replay_key, nonce, 'NX', 'PX', replay_ttl) and redis.call('GET', replay_key) ~= nonce then
  return {REPLAYED, generation, now, 0, 0, 0}
end
hear(session_key, silences_key, now, session_ttl)

local requests, operations = request_burst, operation_burst
local stored = redis.call('GET', budget_key)
if stored then
  local stored_requests, stored_operations, since = string.match(stored, '^(%d+) (%d+) (%d+)$')
  local elapsed = math.max(0, now - tonumber(since))
  requests = math.min(request_burst, tonumber(stored_requests) + elapsed * request_rate)
  operations = math.min(operation_burst, tonumber(stored_operations) + elapsed * operation_rate)
end

local verdict, wait = ADMITTED, 0
if request_rate > 0 and requests < request_cost and not never_refused then
  verdict, wait = REQUESTS_EXHAUSTED, math.ceil((request_cost - requests) / request_rate)
else
  requests = math.max(0, requests - request_cost)
  if operation_rate > 0 and operations < operation_cost and not never_refused then
    verdict, wait = OPERATIONS_EXHAUSTED, math.ceil((operation_cost - operations) / operation_rate)
  else
    operations = math.max(0, operations - operation_cost)
  end
end

local refill = 1000
if request_rate > 0 then refill = math.max(refill, math.ceil(request_burst / request_rate)) end
if operation_rate > 0 then refill = math.max(refill, math.ceil(operation_burst / operation_rate)) end
redis.call('SET', budget_key, string.format('%.0f %.0f %.0f', requests, operations, now), 'PX', refill)

return {verdict, generation, now, math.floor(requests / 1000), math.floor(operations / 1000), wait}
