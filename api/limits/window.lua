-- A sliding-window log: the times of a user's accepted calls, in microseconds of Redis's own clock.
-- KEYS[1] the user's log   ARGV: call, cost, limit, window in microseconds
-- Returns {allowed, remaining, microseconds until there is room}.
local log, call = KEYS[1], ARGV[1]
local cost, limit, window = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function microseconds_until_forgotten(index)
  return redis.call('ZRANGE', log, index, index, 'WITHSCORES')[2] + window - now
end

redis.call('ZREMRANGEBYSCORE', log, '-inf', string.format('%.0f', now - window))
local used = redis.call('ZCARD', log)

-- The client repeats a call whose answer was lost: that one is counted already.
if not redis.call('ZSCORE', log, call .. ':1') then
  if used + cost > limit then
    return {0, math.max(0, limit - used), microseconds_until_forgotten(used + cost - limit - 1)}
  end
  for entry = 1, cost do
    redis.call('ZADD', log, string.format('%.0f', now), call .. ':' .. entry)
  end
  used = used + cost
  redis.call('PEXPIRE', log, math.ceil(window / 1000))
end
return {1, math.max(0, limit - used), microseconds_until_forgotten(0)}
