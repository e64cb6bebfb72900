package io.nanomq.control;

import io.nanomq.config.NanomqConf;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Reads the configuration for CDI; live reload reads it anew. */
public class ConfProducer {

  @Produces
  @Singleton
  NanomqConf conf(@CommandLineArguments String[] args) {
    return NanomqConf.defaults();
  }
}
