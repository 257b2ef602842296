/**
 * Converts between JSON and Kubernetes' protobuf encoding: some clients send no other body, whatever the server accepts, and Go's clients
 * prefer answers in it. Loaded with the first such body or answer. Depends on the message types of client-java-proto.
 */
@NullMarked
package io.shiplog.gateway.protobuf;

import org.jspecify.annotations.NullMarked;
