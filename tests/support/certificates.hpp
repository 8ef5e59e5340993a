#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace simtrail::tests {

/// Makes, with the openssl command, an authority and a certificate of 127.0.0.1 and "server.example" signed by it, in `folder`:
/// ca.pem, NAME.pem, NAME.key.
inline void make_certificates(const std::string& folder, const std::string& name, const std::string& names) {
    const auto run = [&](const std::string& command) {
        if (std::system(("cd " + folder + " && { " + command + "; } >/dev/null 2>&1").c_str()) != 0)
            throw std::runtime_error("failed: " + command);
    };
    const std::string key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    run("test -f ca.pem || openssl req -x509 " + key +
        " -keyout ca.key -out ca.pem -days 30 -subj '/CN=test authority'");
    run("openssl req " + key + " -keyout " + name + ".key -out " + name + ".csr -subj '/CN=" + name + "'");
    run("echo 'subjectAltName=" + names + "' > " + name + ".ext");
    run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile " + name +
        ".ext -out " + name + ".pem");
}

}  // namespace simtrail::tests
