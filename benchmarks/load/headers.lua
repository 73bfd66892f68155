-- Requests for wrk with as many headers as the first argument says (Host is one of them), each with another target.
local number = 0
local before, after

function init(arguments)
  local lines = { "Host: " .. wrk.headers["Host"] }
  for i = 2, tonumber(arguments[1]) do
    lines[i] = "X-Header-" .. i .. ": some value " .. i
  end
  before = "GET /items/"
  after = " HTTP/1.1\r\n" .. table.concat(lines, "\r\n") .. "\r\n\r\n"
end

function request()
  number = number + 1
  return before .. number .. after
end
