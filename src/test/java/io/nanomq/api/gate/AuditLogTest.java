package io.nanomq.api.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditLogTest {

  @Test
  void keepsToOneLineOfBoundedLength() {
    assertThat(AuditLog.printable("a\r\nb\u0007")).isEqualTo("a??b?");
    assertThat(AuditLog.printable("x".repeat(300))).hasSize(259).endsWith("...");
  }

  @Test
  void coversWhatChangesSomething() {
    assertThat(AuditLog.covers("DELETE")).isTrue();
    assertThat(AuditLog.covers("POST")).isTrue();
    assertThat(AuditLog.covers("GET")).isFalse();
  }
}
