/** Kubernetes' and gnostic's messages, in and out. */
@NullMarked
package io.shiplog.gateway.protobuf;

import org.jspecify.annotations.NullMarked;
