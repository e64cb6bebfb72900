package io.nanomq.api.route;

import io.nanomq.control.access.Role;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Who may call an operation; without it viewers may read, and administrators do the rest. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface RequiredRole {
  /** At least this. */
  Role value();
}
