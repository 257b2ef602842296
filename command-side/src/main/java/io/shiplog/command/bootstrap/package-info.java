/**
 * The objects of a fresh cluster, as data, and the controller that creates them: namespaces, RBAC's default policy, the
 * Services of the API and of DNS. It runs at every start, as in kube-apiserver. May depend on events, projections and the
 * controllers' loop and views.
 */
@NullMarked
package io.shiplog.command.bootstrap;

import org.jspecify.annotations.NullMarked;
