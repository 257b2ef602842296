/**
 * The references of a pod's specification: its own fields, its resources, ConfigMaps and Secrets, each resolved to text. Pure
 * functions of trees and a lookup. Used for environments and volumes; depends only on events and projections.
 */
@NullMarked
package io.shiplog.node.reference;

import org.jspecify.annotations.NullMarked;
