package io.nanomq.router;

/**
 * Who a topic goes to. Immutable, and right as long as the tree's generation is the one it was made
 * in; somebody who joins or leaves a node that had subscribers before needs no new one.
 *
 * @param nodes nodes with direct subscribers
 * @param loops bit i is set where loop i has any of these
 * @param groups shared subscriptions
 * @param generation the tree's, read before the match
 */
@SuppressWarnings("ArrayRecordComponent")
record Match(TopicNode[] nodes, long loops, SharedGroup[] groups, long generation) {

  boolean isEmpty() {
    return nodes.length == 0 && groups.length == 0;
  }
}
