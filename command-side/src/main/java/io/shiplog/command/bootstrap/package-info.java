/**
 * What a fresh cluster holds, as data, and the controller that makes what is missing of it: namespaces, RBAC's default policy,
 * the Services of the API and of DNS. It runs at every start, as kube-apiserver does. May depend on events, projections and the
 * controllers' loop and views.
 */
@NullMarked
package io.shiplog.command.bootstrap;

import org.jspecify.annotations.NullMarked;
