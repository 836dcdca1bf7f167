-- Puts words into a glossary unless it would have too many: 1, or 0 and nothing is changed.
-- KEYS: the glossary. ARGV: how many words it may have, then a word and its entry for each.
local new = {}
for i = 2, #ARGV, 2 do
  if redis.call("HEXISTS", KEYS[1], ARGV[i]) == 0 then new[ARGV[i]] = true end
end
local count = redis.call("HLEN", KEYS[1])
for _ in pairs(new) do count = count + 1 end
if count > tonumber(ARGV[1]) then return 0 end
redis.call("HSET", KEYS[1], unpack(ARGV, 2))
return 1
