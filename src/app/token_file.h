// What the server leaves in its data folder for the commands: where its admin API is, and the token for it.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "net/address.h"

namespace weir {

/// The token of DIR/admin.token, made (256 random bits, mode 0600) when there is none. Kept over restarts.
[[nodiscard]] Result<std::string> load_or_create_token(const std::filesystem::path& data_dir);

/// DIR/admin.token as the commands read it. kNotFound: no server ever ran there.
[[nodiscard]] Result<std::string> read_token(const std::filesystem::path& file);

/// The URL a client on this machine reaches `address` by: "http://127.0.0.1:8081" for "0.0.0.0:8081",
/// "http+unix:///run/admin.sock" for a Unix socket.
[[nodiscard]] std::string local_url(const net::ListenAddress& address, bool tls = false);

/// Writes DIR/admin.address and DIR/gateway.address, one URL each.
[[nodiscard]] Result<void> write_addresses(const std::filesystem::path& data_dir,
                                           const std::string& admin_url, const std::string& gateway_url);
/// Removes them: nobody listens there any more.
void remove_addresses(const std::filesystem::path& data_dir);

/// DIR/admin.address; kNotFound: no server runs there.
[[nodiscard]] Result<std::string> read_admin_address(const std::filesystem::path& data_dir);

}  // namespace weir
