/** What sources say: settings with their origin, and what is wrong with them. */
@org.jspecify.annotations.NullMarked
package io.nanomq.config.setting;
