-- One user's accepted calls: sliding-window logs of what they are charged, and the line of those not ended yet.
-- KEYS[1]  a hash: call → {at, ends, calls, characters}; times in microseconds of Redis's own clock
-- ARGV     the deed; in_progress; calls, their window; characters, their window; then
--          admit: call, lease, calls, characters │ settle: call, calls, characters │ usages
-- Returns  {number of the limit that refused or 0, its turn, replayed, and for calls and for characters:
--          remaining, microseconds until there is room (-1: never)}
local user, deed, in_progress = KEYS[1], ARGV[1], tonumber(ARGV[2])
local limits = {
  { amount = tonumber(ARGV[3]), window = tonumber(ARGV[4]) },
  { amount = tonumber(ARGV[5]), window = tonumber(ARGV[6]) },
}
local longest_window = math.max(limits[1].window, limits[2].window)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- An entry is in the line until it `ends`, which settling sets to 0; its charge counts for a window.
local function forgotten_at(entry)
  return math.max(entry.at + longest_window, entry.ends)
end

local function load()
  local entries, fields = {}, redis.call('HGETALL', user)
  for i = 1, #fields, 2 do
    local at, ends, calls, characters = unpack(cmsgpack.unpack(fields[i + 1]))
    local entry = { call = fields[i], at = at, ends = ends, charge = { calls, characters } }
    if forgotten_at(entry) > now then
      table.insert(entries, entry)
    else
      redis.call('HDEL', user, entry.call)
    end
  end
  table.sort(entries, function(a, b) return a.at < b.at or (a.at == b.at and a.call < b.call) end)
  return entries
end

local function save(entry, entries)
  redis.call('HSET', user, entry.call, cmsgpack.pack({ entry.at, entry.ends, entry.charge[1], entry.charge[2] }))
  local last = forgotten_at(entry)
  for _, other in ipairs(entries) do last = math.max(last, forgotten_at(other)) end
  redis.call('PEXPIRE', user, math.ceil((last - now) / 1000))
end

-- What is left of a limit, and when there is room for `cost`; where there is already, when more is left.
local function usage(entries, unit, cost)
  local limit, used, counted = limits[unit], 0, {}
  for _, entry in ipairs(entries) do
    if entry.charge[unit] > 0 and entry.at + limit.window > now then
      used = used + entry.charge[unit]
      table.insert(counted, entry)
    end
  end
  local remaining = math.max(0, limit.amount - used)
  local result = { remaining = remaining, refuses = cost > remaining, reset = 0 }
  for _, entry in ipairs(counted) do
    result.reset = entry.at + limit.window - now
    used = used - entry.charge[unit]
    if used + cost <= limit.amount then break end
  end
  if cost > limit.amount then result.reset = math.huge end
  return result
end

local function find(entries, call)
  for i, entry in ipairs(entries) do
    if entry.call == call then return i, entry end
  end
end

local function is_its_turn(entries, call)
  local ahead = 0
  for _, entry in ipairs(entries) do
    if entry.call == call then return entry.ends > now and ahead < in_progress end
    if entry.ends > now then ahead = ahead + 1 end
  end
end

local function usages_of(entries, calls, characters)
  return { usage(entries, 1, calls), usage(entries, 2, characters) }
end

local function longest_refusal(usages)
  local refused = 0
  for unit, result in ipairs(usages) do
    if result.refuses and (refused == 0 or result.reset > usages[refused].reset) then refused = unit end
  end
  return refused
end

local function answer(usages, refused, turn, replayed)
  local result = { refused, turn and 1 or 0, replayed and 1 or 0 }
  for _, each in ipairs(usages) do
    table.insert(result, each.remaining)
    table.insert(result, each.reset == math.huge and -1 or each.reset)
  end
  return result
end

local function admit(call, lease, calls, characters)
  local entries = load()
  local index, known = find(entries, call)
  if known and known.ends ~= 0 then
    return answer(usages_of(entries, 0, 0), 0, is_its_turn(entries, call), true)
  end
  -- One that was settled and is tried again is charged in place of what it was charged before.
  if known then table.remove(entries, index) end
  local usages = usages_of(entries, calls, characters)
  local refused = longest_refusal(usages)
  if refused > 0 then return answer(usages, refused, false, known) end
  local entry = { call = call, at = now, ends = now + lease, charge = { calls, characters } }
  table.insert(entries, entry)
  save(entry, entries)
  return answer(usages_of(entries, 0, 0), 0, is_its_turn(entries, call), known)
end

local function settle(call, calls, characters)
  local entries = load()
  local _, entry = find(entries, call)
  if not entry or entry.ends <= now then return end
  entry.ends = 0
  entry.charge = { math.min(calls, entry.charge[1]), math.min(characters, entry.charge[2]) }
  if entry.charge[1] + entry.charge[2] > 0 and forgotten_at(entry) > now then
    save(entry, entries)
  else
    redis.call('HDEL', user, call)
  end
end

if deed == 'admit' then return admit(ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])) end
if deed == 'settle' then return settle(ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])) end
return answer(usages_of(load(), 0, 0), 0, false, false)
