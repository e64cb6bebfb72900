package io.nanomq.sink;

/** What has become of something in a queue. */
enum SinkOutcome {
  SENT,
  FAILED,
  DROPPED
}
