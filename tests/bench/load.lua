-- Sends what stands in the file REQUESTS, a request a line: method, path, token and body,
-- parted by tabs; over and over from a random one on, or (ONCE) each once, from the first.
local requests, at, once = {}, 0, os.getenv("ONCE")

local function request_of(line)
  local method, path, token, body = line:match("^(%S+)\t(%S+)\t(%S*)\t(.*)$")
  local headers = { ["Authorization"] = "Bearer " .. token,
                    ["Content-Type"] = body ~= "" and "application/json" or nil }
  return wrk.format(method, path, headers, body ~= "" and body or nil)
end

function init()
  for line in io.lines(os.getenv("REQUESTS")) do requests[#requests + 1] = request_of(line) end
  math.randomseed(os.time())
  if not once then at = math.random(#requests) end
end

function request()
  if once and at == #requests then
    wrk.thread:stop()
    at = at - 1
  end
  at = at % #requests + 1
  return requests[at]
end

function done(summary)
  local failed = summary.errors.status + summary.errors.read + summary.errors.timeout +
                 summary.errors.connect + summary.errors.write
  io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.duration, failed))
end
