#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace simtrail::http {

using Addresses = std::expected<std::vector<std::string>, std::string>;  // numeric; or why there are none
using Lookup = std::function<Addresses(const std::string& host)>;        // may block

/// The system's resolver (getaddrinfo).
Addresses system_lookup(const std::string& host);

/// Looks names up on threads of its own, several at once: a name whose servers are silent takes ten seconds and more, and
/// Asio's resolver would let all others wait behind it. Destroying it waits for nobody; what is under way is abandoned.
class Resolver {
   public:
    using Found = std::move_only_function<void(Addresses)>;

    explicit Resolver(Lookup lookup);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// `found` is called on one of the threads, unless this is destroyed before: under a lock, so it must only hand over.
    void resolve(std::string host, Found found);

   private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace simtrail::http
