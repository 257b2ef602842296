/**
 * What DaemonSets and StatefulSets have in common: their history of ControllerRevisions, the pods that they claim, and the pace at
 * which failed pods are replaced. Pure functions of an image, except {@code FailedPods}, which remembers when it last replaced a pod. May depend on
 * the loop's plan and the views.
 */
@NullMarked
package io.shiplog.command.control.sets;

import org.jspecify.annotations.NullMarked;
