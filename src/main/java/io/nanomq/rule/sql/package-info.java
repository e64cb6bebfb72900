/** Results of rules as rows of data bases. */
@org.jspecify.annotations.NullMarked
package io.nanomq.rule.sql;
