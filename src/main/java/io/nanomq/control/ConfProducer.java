package io.nanomq.control;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.access.SideDocuments;
import io.nanomq.control.access.UserStore;
import io.nanomq.http.HttpKeyFiles;
import io.nanomq.kubernetes.UserSecrets;
import io.nanomq.tls.PemStore;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Reads the configuration for CDI; live reload reads it anew. */
public class ConfProducer {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  @Produces
  @Singleton
  ConfInputs inputs(@CommandLineArguments String[] arguments) {
    return ConfInputs.ofProcess(arguments);
  }

  @Produces
  @Singleton
  ConfSource source(ConfInputs inputs) throws ConfException {
    return ConfSource.open(inputs);
  }

  void close(@Disposes ConfSource source) {
    source.close();
  }

  @Produces
  @Singleton
  LoadedConf loaded(ConfSource source) throws ConfException {
    LoadedConf loaded = source.load();
    loaded.warnings().forEach(LOG::warn);
    return loaded;
  }

  @Produces
  @Singleton
  NanomqConf conf(LoadedConf loaded) {
    return loaded.conf();
  }

  @Produces
  @Singleton
  PemStore pems(ConfSource source) {
    PemStore pems = source.pems();
    // A volume that lags behind its Secret must not bring old certificates back at a start.
    pems.refresh();
    return pems;
  }

  @Produces
  @Singleton
  HttpKeyFiles httpKeys(ConfInputs inputs, PemStore pems) {
    return new HttpKeyFiles(pems, inputs.workingDirectory());
  }

  @Produces
  @Singleton
  SideDocuments sides(ConfInputs inputs, LoadedConf started, ConfSource source) {
    Path main = started.source();
    Path folder = main == null ? null : main.toAbsolutePath().getParent();
    return name -> source.beside(name, folder == null ? inputs.workingDirectory() : folder);
  }

  /** Secrets where the cluster has the configuration and it says so, else a file. */
  @Produces
  @Singleton
  UserStore users(LoadedConf started, ConfSource source, SideDocuments documents) {
    Optional<UserSecrets> secrets =
        started.text("auth.user_store").equals("secrets") ? source.userSecrets() : Optional.empty();
    return UserStore.of(secrets, documents.of(started.text("auth.user_file")));
  }

  @Produces
  @Singleton
  ConfDocuments documents(
      ConfInputs inputs, LoadedConf started, ConfSource source, PemStore pems, Clock clock) {
    return new ConfDocuments(inputs, started, source.store().orElse(null), pems, clock);
  }
}
