/**
 * Server-side apply and the ownership of fields: field sets, comparison, merge and removal by the schema of a kind, and the
 * entries of {@code metadata.managedFields}. Pure functions of trees; depends only on the schema types and Jackson.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>
 */
@NullMarked
package io.shiplog.command.merge;

import org.jspecify.annotations.NullMarked;
