-- Reads, or creates, over and over: what to ask stands in the environment.
--   PATH_LIST  a file of paths (reads) or of persons (creates), one a line
--   TOKEN, CREATE_PATH (of a create)
local lines, at, create = {}, 0, os.getenv("CREATE_PATH")

function init(arguments)
  for line in io.lines(os.getenv("PATH_LIST")) do lines[#lines + 1] = line end
  math.randomseed(os.time())
  at = math.random(#lines)
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  at = at % #lines + 1
  if not create then return wrk.format("GET", lines[at]) end
  return wrk.format("POST", create, nil,
                    '{"person":"' .. lines[at] .. '","provider":"organisations/first-contact",' ..
                    '"referredDate":"2024-03-0' .. at % 9 + 1 .. '"}')
end


function done(summary, latency)
  local failed = summary.errors.status + summary.errors.read + summary.errors.timeout +
                 summary.errors.connect + summary.errors.write
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, failed,
                         latency:percentile(99)))
end
