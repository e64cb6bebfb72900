/** The language of rules: text to a tree, and what the tree makes of a message. Knows no broker. */
@org.jspecify.annotations.NullMarked
package io.nanomq.rule.query;
