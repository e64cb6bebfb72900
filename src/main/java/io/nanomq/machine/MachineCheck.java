package io.nanomq.machine;

import static java.util.Objects.requireNonNull;

import io.nanomq.config.ListenerCheck;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.key.Syntax;
import io.nanomq.config.model.AuthConf;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.model.HttpAuthConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.config.model.IntegrationsConf;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.RulesConf;
import io.nanomq.config.model.tls.SniConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfEntry;
import io.nanomq.config.setting.ConfOrigin;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.Layer;
import io.nanomq.tls.JwtKeys;
import io.nanomq.tls.PemFiles;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.PublicKeySet;
import io.nanomq.tls.ServerNames;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine can run a configuration that is right in itself: certificates and keys are
 * there and fit each other, addresses are this machine's. Reads files and may ask the name service,
 * so it does not belong on an event loop.
 */
public final class MachineCheck {
  /**
   * A reference with more of a name beside it: whoever has the name service of the rest would be
   * told what the reference stands for.
   */
  private static final Pattern PARTIAL =
      Pattern.compile("[^/:\\[\\s]\\$\\{|\\$\\{[^}]*}[^/:\\]\\s]");

  private final LoadedConf loaded;
  private final Path workingDirectory;
  private final Clock clock;
  private final PemSource pems;
  private final int managementPort;
  private final List<ConfProblem> problems = new ArrayList<>();

  private MachineCheck(
      LoadedConf loaded, Path workingDirectory, Clock clock, PemSource pems, int managementPort) {
    this.loaded = loaded;
    this.workingDirectory = workingDirectory;
    this.clock = clock;
    this.pems = pems;
    this.managementPort = managementPort;
  }

  /**
   * @param workingDirectory where relative paths start
   * @param clock says which certificates have expired
   * @param pems what to read keys and certificates from
   * @param managementPort where health and metrics are served; 0 = any free port
   * @return errors and warnings; empty where everything is there
   */
  public static List<ConfProblem> problems(
      LoadedConf loaded, Path workingDirectory, Clock clock, PemSource pems, int managementPort) {
    MachineCheck check = new MachineCheck(loaded, workingDirectory, clock, pems, managementPort);
    check.run();
    return check.problems;
  }

  private void run() {
    for (ListenerConf listener : loaded.conf().listeners()) {
      String name = "listeners." + listener.name();
      ConfOrigin origin = ListenerCheck.origin(listener, loaded.values());
      address(origin, listener.host());
      port(origin, listener.port());
      if (listener.transport().isSecure()) {
        tls(name, listener.tls());
      }
    }
    HttpServerConf http = loaded.conf().httpServer();
    if (http.enable()) {
      address(origin("http_server.ip_addr"), http.address());
      port(origin("http_server.port"), http.port());
    }
    if (http.isSecure()) {
      tls("http_server.tls", http.tls());
    }
    if (http.authType() == HttpServerConf.AuthType.JWT) {
      tokenKeys(http.jwt());
    }
    clients(loaded.conf().auth());
    outward(loaded.conf().integrations());
  }

  /** Without these files nothing goes there, and the broker serves nevertheless: warnings. */
  private void outward(IntegrationsConf integrations) {
    int before = problems.size();
    if (integrations.webhook().enable()) {
      client("webhook.ssl", integrations.webhook().tls());
    }
    for (BridgeConf bridge : integrations.bridges()) {
      if (bridge.enable()) {
        client("bridges.mqtt." + bridge.name() + ".ssl", bridge.tls());
      }
    }
    integrations.rules().rules().stream()
        .filter(RulesConf.Rule::enabled)
        .map(RulesConf.Rule::sink)
        .distinct()
        .filter(sink -> sink.tls() != null)
        .forEach(sink -> client("rules." + sink.kind() + ".ssl", requireNonNull(sink.tls())));
    problems.subList(before, problems.size()).replaceAll(ConfProblem::asWarning);
  }

  /** Files by which clients of MQTT are let in. */
  private void clients(AuthConf auth) {
    String keyFile = auth.chain().token().keyFile();
    if (!keyFile.isEmpty()) {
      try {
        PublicKeySet.parse(pem(keyFile));
      } catch (IOException e) {
        unreadable("auth.jwt.keyfile", keyFile, e);
      } catch (GeneralSecurityException e) {
        error("auth.jwt.keyfile", keyFile, message(e), "public keys in PEM or as a JWKS");
      }
      if (SharedTokenKey.isUsed(loaded.conf().httpServer(), auth.chain().token(), path(""))) {
        String reason = "is the API's key as well: a client's token may open the API";
        problems.add(
            problem("auth.jwt.keyfile", keyFile, reason, "another key, or auth.jwt.issuer")
                .asWarning());
      }
    }
    String authorities = auth.chain().token().caCertFile();
    if (!authorities.isEmpty()) {
      authorities("auth.jwt", authorities, true);
    }
    HttpAuthConf http = auth.http();
    if (http.enable()) {
      client("auth.http_auth.auth_req.tls", http.authentication().tls());
      client("auth.http_auth.super_req.tls", http.superuser().tls());
      client("auth.http_auth.acl_req.tls", http.authorization().tls());
    }
  }

  private void client(String name, TlsConf tls) {
    if (!tls.certFile().isEmpty() || !tls.keyFile().isEmpty()) {
      pair(name, tls.certFile(), tls.keyFile(), tls.keyPassword());
    }
    if (!tls.caCertFile().isEmpty()) {
      authorities(name, tls.caCertFile(), tls.verifyPeer());
    }
  }

  private void address(ConfOrigin origin, String host) {
    boolean isAddress = NetUtil.createByteArrayFromIpAddressString(host) != null;
    if (!isAddress && PARTIAL.matcher(shown(origin, "")).find()) {
      String expected = "an IP address, or a reference that is the whole name";
      String reason = "is a name of which a part is a reference, and is not looked up";
      problems.add(ConfProblem.at(origin, shown(origin, ""), reason, expected));
      return;
    }
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (IOException e) {
      String expected = "an IP address or a known host name";
      problems.add(ConfProblem.at(origin, shown(origin, host), "cannot be resolved", expected));
      return;
    }
    // Any free port: the one that is configured may be the broker's own at this moment.
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(address, 0));
    } catch (IOException e) {
      String expected = "0.0.0.0 or a local address";
      String reason = "is not an address of this machine (" + e.getMessage() + ")";
      problems.add(ConfProblem.at(origin, shown(origin, host), reason, expected));
    }
  }

  // Vert.x would let two of its servers take turns on one port, without a word.
  private void port(ConfOrigin origin, int port) {
    if (port != 0 && port == managementPort) {
      String expected = "another one, or another QUARKUS_MANAGEMENT_PORT";
      String reason = "is the port of health and metrics";
      problems.add(ConfProblem.at(origin, String.valueOf(port), reason, expected));
    }
  }

  private void tls(String name, TlsConf tls) {
    Set<String> taken = new HashSet<>();
    X509Certificate main = pair(name, tls.certFile(), tls.keyFile(), tls.keyPassword());
    if (main != null && !tls.sni().isEmpty()) {
      taken.addAll(hosts(name + ".certfile", tls.certFile(), main));
    }
    for (SniConf sni : tls.sni()) {
      String which = name + ".sni." + sni.number();
      X509Certificate more = pair(which, sni.certFile(), sni.keyFile(), sni.keyPassword());
      if (more != null) {
        byName(which + ".certfile", sni.certFile(), more, taken);
      }
    }
    if (!tls.caCertFile().isEmpty()) {
      authorities(name, tls.caCertFile(), tls.verifyPeer());
    }
  }

  private void byName(String name, String file, X509Certificate certificate, Set<String> taken) {
    List<String> hosts = hosts(name, file, certificate);
    if (hosts.isEmpty()) {
      error(
          name,
          file,
          "has no DNS name, so that nobody could ask for it",
          "a certificate with DNS names among its subject alternative names");
    }
    for (String host : hosts) {
      if (!taken.add(host)) {
        problems.add(
            problem(name, file, "names " + host + ", as one before it does", "other names")
                .asWarning());
      }
    }
  }

  private List<String> hosts(String name, String file, X509Certificate certificate) {
    try {
      return ServerNames.of(certificate);
    } catch (GeneralSecurityException e) {
      error(name, file, message(e), "a certificate in PEM format");
      return List.of();
    }
  }

  /** The certificate of a pair; null where it cannot be used. */
  private @Nullable X509Certificate pair(
      String name, String certFile, String keyFile, String password) {
    X509Certificate certificate = certificate(name, certFile);
    PrivateKey key = key(name, keyFile, password);
    if (certificate != null && key != null) {
      match(name + ".keyfile", keyFile, key, certFile, certificate);
    }
    return certificate;
  }

  private void match(
      String name, String file, PrivateKey key, String certFile, X509Certificate certificate) {
    try {
      if (!PemFiles.match(key, certificate.getPublicKey())) {
        error(
            name,
            file,
            "does not belong to the certificate " + certFile,
            "the key that the certificate was made for");
      }
    } catch (GeneralSecurityException e) {
      error(name, file, message(e), "the key that the certificate was made for");
    }
  }

  private @Nullable X509Certificate certificate(String name, String certFile) {
    try {
      X509Certificate certificate = PemFiles.certificates(pem(certFile)).get(0);
      expiry(name + ".certfile", certFile, certificate);
      return certificate;
    } catch (IOException e) {
      unreadable(name + ".certfile", certFile, e);
    } catch (GeneralSecurityException e) {
      error(name + ".certfile", certFile, message(e), "a certificate in PEM format");
    }
    return null;
  }

  private void authorities(String name, String file, boolean verifyPeer) {
    try {
      PemFiles.certificates(pem(file));
    } catch (IOException e) {
      ConfProblem problem = problem(name + ".cacertfile", file, e);
      // Without verify_peer nobody looks at it.
      problems.add(verifyPeer ? problem : problem.asWarning());
    } catch (GeneralSecurityException e) {
      error(name + ".cacertfile", file, message(e), "certificates in PEM format");
    }
  }

  private @Nullable PrivateKey key(String name, String file, String password) {
    try {
      return PemFiles.privateKey(pem(file), password);
    } catch (IOException e) {
      unreadable(name + ".keyfile", file, e);
    } catch (GeneralSecurityException e) {
      error(
          name + ".keyfile", file, message(e), "a private key in PEM format and its key_password");
    }
    return null;
  }

  private void expiry(String name, String file, X509Certificate certificate) {
    if (certificate.getNotAfter().before(Date.from(clock.instant()))) {
      problems.add(
          problem(name, file, "has expired on " + certificate.getNotAfter(), "a valid one")
              .asWarning());
    }
  }

  private void tokenKeys(HttpServerConf.Jwt jwt) {
    String publicFile = "http_server.jwt.public.keyfile";
    try {
      JwtKeys.publicKey(path(jwt.publicKeyFile()));
    } catch (IOException e) {
      unreadable(publicFile, jwt.publicKeyFile(), e);
      return;
    } catch (GeneralSecurityException e) {
      error(publicFile, jwt.publicKeyFile(), message(e), "an RSA public key in PEM format");
      return;
    }
    String privateFile = "http_server.jwt.private.keyfile";
    try {
      JwtKeys.read(jwt, workingDirectory);
    } catch (IOException e) {
      unreadable(privateFile, jwt.privateKeyFile(), e);
    } catch (GeneralSecurityException e) {
      error(privateFile, jwt.privateKeyFile(), message(e), "the private key of the public one");
    }
  }

  private byte[] pem(String file) throws IOException {
    return pems.read(path(file));
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

  private ConfProblem problem(String name, String file, IOException e) {
    String why = e instanceof NoSuchFileException ? "no such file" : String.valueOf(e);
    return problem(name, file, "cannot be read (" + why + ")", "a file that the broker may read");
  }

  private void error(String name, String value, String reason, String expected) {
    problems.add(problem(name, value, reason, expected));
  }

  private ConfProblem problem(String name, String value, String reason, String expected) {
    ConfOrigin origin = origin(name);
    return ConfProblem.at(origin, shown(origin, value), reason, expected);
  }

  /** What was read for a reference is not told: it may be the content of any file. */
  private String shown(ConfOrigin origin, String value) {
    return loaded.values().given().values().stream()
        .filter(entry -> entry.origin() == origin && entry.isReference())
        .map(ConfEntry::raw)
        .findFirst()
        .orElse(value);
  }

  /** Where a setting was given, by itself or as that of {@code listeners.ssl} for all. */
  private ConfOrigin origin(String name) {
    int sni = name.lastIndexOf(".sni.");
    int setting = sni < 0 ? name.lastIndexOf('.') : sni;
    for (String path : List.of(name, "listeners.ssl" + name.substring(setting))) {
      ConfEntry entry = loaded.values().given().get(path);
      if (entry != null) {
        return entry.origin();
      }
    }
    return new ConfOrigin(Layer.DEFAULT, "default", 0, 0, name, Syntax.HOCON);
  }
}
