-- Sends what stands in the file REQUESTS, a request a line: method, path, token and body,
-- parted by tabs; in order and again, beginning with any, or with the first (BEGIN=first).
local requests, at = {}, 0

local function request_of(line)
  local method, path, token, body = line:match("^(%S+)\t(%S+)\t(%S*)\t(.*)$")
  local headers = { ["Authorization"] = "Bearer " .. token,
                    ["Content-Type"] = body ~= "" and "application/json" or nil }
  return wrk.format(method, path, headers, body ~= "" and body or nil)
end

function init()
  for line in io.lines(os.getenv("REQUESTS")) do requests[#requests + 1] = request_of(line) end
  math.randomseed(os.time())
  if os.getenv("BEGIN") ~= "first" then at = math.random(#requests) end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary)
  local failed = summary.errors.status + summary.errors.read + summary.errors.timeout +
                 summary.errors.connect + summary.errors.write
  io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.duration, failed))
end
