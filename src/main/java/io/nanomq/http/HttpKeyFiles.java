package io.nanomq.http;

import io.nanomq.tls.PemSource;
import java.nio.file.Path;

/**
 * Where the API's keys and certificates are read from.
 *
 * @param pems reads those of its TLS
 * @param folder where relative paths start
 */
public record HttpKeyFiles(PemSource pems, Path folder) {}
