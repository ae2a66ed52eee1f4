// Speaks to the admin API of a running weir, for the commands.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/clock.h"
#include "base/result.h"

namespace weir {

/// Which server, as the shared flags say.
struct AdminFlags {
  std::string data_dir = "./weir-data";
  std::string url;         // "": what the server left in DIR/admin.address
  std::string token_file;  // "": DIR/admin.token
};

/// One connection, kept open over calls. Blocks. Not thread-safe.
class AdminClient {
 public:
  /// Finds address and token; does not connect yet. kUnavailable: no server runs there, and what to do.
  [[nodiscard]] static Result<AdminClient> open(const AdminFlags& flags);
  AdminClient(AdminClient&&) noexcept;
  AdminClient& operator=(AdminClient&&) noexcept;
  ~AdminClient();

  /// `path` below /api/v1, "/keys?limit=5". The answer's JSON, null for an empty one. kUnavailable: nobody
  /// answers; otherwise the server's own sentence: kNotFound (404), kConflict (409), kInvalid (other 4xx).
  [[nodiscard]] Result<boost::json::value> get(std::string_view path);
  [[nodiscard]] Result<boost::json::value> send(std::string_view method, std::string_view path,
                                                const boost::json::value& body);
  [[nodiscard]] Result<boost::json::value> remove(std::string_view path);
  /// Gives an answer's bytes to `take` as they come, for streams and what is not JSON; ends with the answer,
  /// or when `take` returns false. Errors as above, and kUnavailable when the answer breaks off.
  [[nodiscard]] Result<void> read(std::string_view path, const std::function<bool(std::string_view)>& take);
  /// Posts bytes as they are; `text` outlives the call.
  [[nodiscard]] Result<boost::json::value> upload(std::string_view path, std::string_view text);

 private:
  struct State;
  explicit AdminClient(std::unique_ptr<State> state);
  [[nodiscard]] Result<boost::json::value> call(std::string_view method, std::string_view path,
                                                std::string_view body);

  std::unique_ptr<State> state_;
};

/// `text` as one value of a query string.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace weir
