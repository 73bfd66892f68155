-- A body of 1 KiB of JSON for wrk.
local lines = {}
for number = 1, 20 do
  lines[number] = string.format('{"sku": "A-%04d", "count": %d, "gift": false}', number, number)
end
wrk.method = "POST"
wrk.body = '{"user": "somebody", "lines": [' .. table.concat(lines, ", ") .. ']}'
wrk.headers["Content-Type"] = "application/json"
