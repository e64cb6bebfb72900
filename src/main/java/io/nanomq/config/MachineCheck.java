package io.nanomq.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/**
 * Whether this machine can run a configuration that is right in itself: certificates and keys are
 * there and fit each other, addresses are this machine's. Reads files and may ask the name service,
 * so it does not belong on an event loop.
 */
public final class MachineCheck {
  private final LoadedConf loaded;
  private final Path workingDirectory;
  private final Clock clock;
  private final List<ConfProblem> problems = new ArrayList<>();

  private MachineCheck(LoadedConf loaded, Path workingDirectory, Clock clock) {
    this.loaded = loaded;
    this.workingDirectory = workingDirectory;
    this.clock = clock;
  }

  /**
   * @param workingDirectory where relative paths start
   * @param clock says which certificates have expired
   * @return errors and warnings; empty where everything is there
   */
  public static List<ConfProblem> problems(LoadedConf loaded, Path workingDirectory, Clock clock) {
    MachineCheck check = new MachineCheck(loaded, workingDirectory, clock);
    check.run();
    return check.problems;
  }

  private void run() {
    for (ListenerConf listener : loaded.conf().listeners()) {
      String name = "listeners." + listener.name();
      address(name, listener.host());
      if (listener.transport().isSecure()) {
        tls(name, listener.tls());
      }
    }
    HttpServerConf http = loaded.conf().httpServer();
    if (http.enable()) {
      address("http_server.ip_addr", http.address());
    }
    if (http.authType() == HttpServerConf.AuthType.JWT) {
      readable("http_server.jwt.public.keyfile", http.jwtPublicKeyFile());
      if (!http.jwtPrivateKeyFile().isEmpty()) {
        readable("http_server.jwt.private.keyfile", http.jwtPrivateKeyFile());
      }
    }
  }

  private void address(String name, String host) {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (IOException e) {
      error(name, host, "cannot be resolved", "an IP address or a known host name");
      return;
    }
    // Any free port: the one that is configured may be the broker's own at this moment.
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(address, 0));
    } catch (IOException e) {
      String expected = "0.0.0.0 or a local address";
      error(name, host, "is not an address of this machine (" + e.getMessage() + ")", expected);
    }
  }

  private void tls(String name, TlsConf tls) {
    try {
      List<X509Certificate> chain = PemFiles.certificates(path(tls.certFile()));
      expiry(name + ".certfile", tls.certFile(), chain.get(0));
      key(name, tls, chain.get(0));
    } catch (IOException e) {
      unreadable(name + ".certfile", tls.certFile(), e);
    } catch (GeneralSecurityException e) {
      error(name + ".certfile", tls.certFile(), message(e), "a certificate in PEM format");
    }
    if (tls.caCertFile().isEmpty()) {
      return;
    }
    try {
      PemFiles.certificates(path(tls.caCertFile()));
    } catch (IOException e) {
      ConfProblem problem = problem(name + ".cacertfile", tls.caCertFile(), e);
      // Without verify_peer nobody looks at it.
      problems.add(tls.verifyPeer() ? problem : problem.asWarning());
    } catch (GeneralSecurityException e) {
      error(name + ".cacertfile", tls.caCertFile(), message(e), "certificates in PEM format");
    }
  }

  private void key(String name, TlsConf tls, X509Certificate certificate) {
    try {
      PrivateKey key = PemFiles.privateKey(path(tls.keyFile()), tls.keyPassword());
      if (!PemFiles.match(key, certificate.getPublicKey())) {
        error(
            name + ".keyfile",
            tls.keyFile(),
            "does not belong to the certificate " + tls.certFile(),
            "the key that the certificate was made for");
      }
    } catch (IOException e) {
      unreadable(name + ".keyfile", tls.keyFile(), e);
    } catch (GeneralSecurityException e) {
      error(
          name + ".keyfile",
          tls.keyFile(),
          message(e),
          "a private key in PEM format and its key_password");
    }
  }

  private void expiry(String name, String file, X509Certificate certificate) {
    if (certificate.getNotAfter().before(Date.from(clock.instant()))) {
      problems.add(
          problem(name, file, "has expired on " + certificate.getNotAfter(), "a valid one")
              .asWarning());
    }
  }

  private void readable(String name, String file) {
    try {
      Files.readAllBytes(path(file));
    } catch (IOException e) {
      unreadable(name, file, e);
    }
  }

  private Path path(String file) {
    return workingDirectory.resolve(file);
  }

  private static String message(GeneralSecurityException e) {
    return "cannot be used (" + e.getMessage() + ")";
  }

  private void unreadable(String name, String file, IOException e) {
    problems.add(problem(name, file, e));
  }

  private static ConfProblem problem(String name, String file, IOException e) {
    String why = e instanceof NoSuchFileException ? "no such file" : String.valueOf(e);
    return problem(name, file, "cannot be read (" + why + ")", "a file that the broker may read");
  }

  private void error(String name, String value, String reason, String expected) {
    problems.add(problem(name, value, reason, expected));
  }

  private static ConfProblem problem(String name, String value, String reason, String expected) {
    return new ConfProblem(
        ConfProblem.Severity.ERROR, "this machine", 0, 0, name, value, reason, expected);
  }
}
