/**
 * What a pod's specification refers to: its own fields, its resources, ConfigMaps and Secrets, each turned into text. Pure
 * functions of trees and a lookup. Environments and volumes are made with it; it depends on events and projections alone.
 */
@NullMarked
package io.shiplog.node.reference;

import org.jspecify.annotations.NullMarked;
