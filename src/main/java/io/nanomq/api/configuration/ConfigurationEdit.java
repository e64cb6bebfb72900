package io.nanomq.api.configuration;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;

/**
 * What an edit of the configuration takes: so that the answer of GET can be sent back, whatever is
 * beside {@code data} says nothing.
 *
 * @param data what is to be; what is absent stays
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConfigurationEdit(Map<String, Object> data) {}
