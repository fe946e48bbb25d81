-- A session is heard of. While somebody watches it its value is "<last heard> <timeout>", and a silence that was longer
-- is put on record: a heartbeat that comes too late does not undo the deadline that passed.

local KEPT_SILENCES = 16

local function hear(session_key, silences_key, now, ttl)
  local stored = redis.call('GET', session_key)
  local last, timeout = string.match(stored or '', '^(%d+) ?(%d*)$')
  if not last or timeout == '' then
    redis.call('SET', session_key, string.format('%.0f', now), 'PX', ttl)
    return 0
  end
  if now - tonumber(last) > tonumber(timeout) then
    redis.call('RPUSH', silences_key, string.format('%s %.0f', last, now))
    redis.call('LTRIM', silences_key, -KEPT_SILENCES, -1)
    redis.call('PEXPIRE', silences_key, ttl)
  end
  redis.call('SET', session_key, string.format('%.0f %s', now, timeout), 'PX', ttl)
  return tonumber(timeout)
end

local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
