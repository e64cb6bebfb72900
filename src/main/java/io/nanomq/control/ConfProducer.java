package io.nanomq.control;

import io.nanomq.config.ConfException;
import io.nanomq.config.ConfLoader;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Reads the configuration for CDI; live reload reads it anew. */
public class ConfProducer {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  @Produces
  @Singleton
  NanomqConf conf(@CommandLineArguments String[] args) throws ConfException {
    LoadedConf loaded = ConfLoader.load(args, System.getenv(), Path.of("").toAbsolutePath());
    loaded.warnings().forEach(LOG::warn);
    return loaded.conf();
  }
}
