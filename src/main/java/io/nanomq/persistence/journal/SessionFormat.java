package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.EnhancedAuth;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.nanomq.persistence.SessionRecord;
import org.jspecify.annotations.Nullable;

/** What a session is kept with, but for its Session Expiry Interval, which changes. */
final class SessionFormat {
  private static final int CLEAN_START = 1;
  private static final int RESPONSE_INFORMATION = 2;
  private static final int PROBLEM_INFORMATION = 4;
  private static final int BRIDGE = 8;
  private static final int WILL = 16;
  private static final int QOS = 3;
  private static final int RETAIN = 4;

  private SessionFormat() {}

  static void write(RecordBuffer to, SessionRecord record) {
    Connect connect = record.connect();
    ConnectProperties properties = connect.properties();
    Will will = connect.will();
    to.writeByte(connect.version());
    to.writeByte(
        (connect.cleanStart() ? CLEAN_START : 0)
            | (properties.requestResponseInformation() ? RESPONSE_INFORMATION : 0)
            | (properties.requestProblemInformation() ? PROBLEM_INFORMATION : 0)
            | (properties.bridge() ? BRIDGE : 0)
            | (will == null ? 0 : WILL));
    to.writeString(connect.clientId());
    to.writeVar(connect.keepAliveSeconds());
    MessageFormat.writeOptional(to, connect.username());
    to.writeVar(properties.sessionExpirySeconds());
    to.writeVar(properties.receiveMaximum());
    to.writeVar(properties.maximumPacketSize());
    to.writeVar(properties.topicAliasMaximum());
    MessageFormat.writeOptional(to, connect.authenticationMethod());
    if (will != null) {
      write(to, will);
    }
    to.writeVar(record.keepAliveSeconds());
    SessionRecord.Owner owner = record.owner();
    MessageFormat.writeOptional(to, owner.user());
    to.writeString(owner.link());
    to.writeString(owner.listener());
    to.writeString(owner.mountPoint());
  }

  private static void write(RecordBuffer to, Will will) {
    to.writeArray(will.topic().utf8());
    to.writeArray(will.payload());
    to.writeArray(will.properties());
    to.writeByte(will.qos() | (will.retain() ? RETAIN : 0));
    to.writeVar(will.delaySeconds());
    to.writeVar(will.expirySeconds() + 1);
  }

  /**
   * @param willSettled whether the will is gone
   */
  static SessionRecord read(RecordReader in, long expirySeconds, boolean willSettled) {
    int version = in.readByte();
    int flags = in.readByte();
    String clientId = in.readString();
    int keepAlive = (int) in.readVar();
    String username = in.readOptional();
    ConnectProperties properties = properties(in, flags);
    Will will = (flags & WILL) == 0 ? null : will(in);
    Connect connect =
        new Connect(
            version,
            clientId,
            (flags & CLEAN_START) != 0,
            keepAlive,
            username,
            null,
            willSettled ? null : will,
            properties);
    int inForce = (int) in.readVar();
    var owner =
        new SessionRecord.Owner(
            in.readOptional(), in.readString(), in.readString(), in.readString());
    return new SessionRecord(connect, expirySeconds, inForce, owner);
  }

  private static ConnectProperties properties(RecordReader in, int flags) {
    return new ConnectProperties(
        in.readVar(),
        (int) in.readVar(),
        (int) in.readVar(),
        (int) in.readVar(),
        (flags & RESPONSE_INFORMATION) != 0,
        (flags & PROBLEM_INFORMATION) != 0,
        (flags & BRIDGE) != 0,
        enhanced(in.readOptional()));
  }

  private static @Nullable EnhancedAuth enhanced(@Nullable String method) {
    return method == null ? null : new EnhancedAuth(method, null);
  }

  private static Will will(RecordReader in) {
    TopicName topic = new TopicName(in.readArray());
    byte[] payload = in.readArray();
    byte[] properties = in.readArray();
    int flags = in.readByte();
    return new Will(
        topic,
        payload,
        properties,
        flags & QOS,
        (flags & RETAIN) != 0,
        in.readVar(),
        in.readVar() - 1);
  }
}
