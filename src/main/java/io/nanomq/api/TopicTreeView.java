package io.nanomq.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.session.SubscriptionSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shape of {@code /topic-tree}: the tree of all filters, one array per level, an empty one at
 * the end. Within a level the nodes stand in the order of their parents, siblings by name; {@code
 * $share} and the group are levels like any other.
 */
final class TopicTreeView {

  /**
   * One level of one filter.
   *
   * @param topic the level's text
   * @param cld_cnt number of children
   * @param clientid who subscribes to the filter that ends here; left out where nobody does
   */
  @JsonPropertyOrder({"topic", "cld_cnt", "clientid"})
  record Node(
      String topic,
      int cld_cnt,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> clientid) {}

  private static final class Branch {
    private final String topic;
    private final Map<String, Branch> children = new TreeMap<>();
    private final List<String> clients = new ArrayList<>();

    Branch(String topic) {
      this.topic = topic;
    }

    Node node() {
      return new Node(topic, children.size(), clients);
    }
  }

  private TopicTreeView() {}

  static List<List<Node>> of(List<SubscriptionSnapshot> subscriptions) {
    var root = new Branch("");
    for (SubscriptionSnapshot subscription : subscriptions) {
      Branch end = root;
      for (String level : subscription.filter().split("/", -1)) {
        end = end.children.computeIfAbsent(level, Branch::new);
      }
      end.clients.add(subscription.clientId());
    }
    return levels(root);
  }

  private static List<List<Node>> levels(Branch root) {
    var levels = new ArrayList<List<Node>>();
    List<Branch> level = List.of(root);
    while (!level.isEmpty()) {
      levels.add(level.stream().map(Branch::node).toList());
      level = level.stream().flatMap(branch -> branch.children.values().stream()).toList();
    }
    levels.add(List.of());
    return levels;
  }
}
