package io.nanomq.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.NanomqConf;
import io.nanomq.config.key.value.Network;
import io.nanomq.tls.PemSource;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that nothing connects to, in whatever way they are written. */
class OutgoingTest {
  private final Outgoing byDefault =
      new Outgoing(PemSource.DISK, NanomqConf.defaults().system()::deniedNetworks);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.170.2",
        "2852039166",
        "::ffff:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "febf::7",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192"
      })
  void whereCloudsTellMachinesTheirKeysNothingGoes(String address) throws Exception {
    assertThat(byDefault.allows(InetAddress.getByName(address))).isFalse();
    assertThatThrownBy(() -> byDefault.require(address))
        .hasMessageContaining("nothing here connects to")
        .hasMessageContaining("outgoing.deny");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "::",
        "0.0.0.0",
        "10.0.0.1",
        "192.168.0.1",
        "169.253.0.1",
        "fd00:ec2::253",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:db8::1"
      })
  void elsewhereItMayBe(String address) throws Exception {
    assertThat(byDefault.allows(InetAddress.getByName(address))).isTrue();
  }

  /** A name is for whoever looks it up. */
  @Test
  void onlyAddressesAreLiteral() {
    assertThatCode(() -> byDefault.requireLiteral("metadata.internal")).doesNotThrowAnyException();
    assertThatThrownBy(() -> byDefault.requireLiteral("169.254.169.254"))
        .hasMessageContaining("nothing here connects to");
  }

  @Test
  void whatIsDeniedIsTheOperatorsChoice() throws Exception {
    var nowhere = new Outgoing(PemSource.DISK, List::of);
    assertThat(nowhere.allows(InetAddress.getByName("169.254.169.254"))).isTrue();
    var own =
        new Outgoing(PemSource.DISK, () -> List.of(Network.parse("127.0.0.0/8").orElseThrow()));
    assertThatThrownBy(() -> own.require("localhost")).hasMessageContaining("127.0.0.1");
  }
}
