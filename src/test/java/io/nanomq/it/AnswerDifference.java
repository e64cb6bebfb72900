package io.nanomq.it;

/**
 * One way in which our answer to a request differs from the reference's.
 *
 * @param label of the request
 * @param what {@code status}, a header, {@code body}, or a path in the JSON: {@code
 *     data[].recv_msg}, {@code data[multi]} for one element of a list that has names
 * @param before in the reference
 * @param here in ours
 */
record AnswerDifference(String label, String what, String before, String here) {
  static final String ABSENT = "absent";
  static final String PRESENT = "present";

  @Override
  public String toString() {
    return label + " | `" + what + "` | `" + before + "` | `" + here + "`";
  }
}
