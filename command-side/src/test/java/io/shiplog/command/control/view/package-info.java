@NullMarked
package io.shiplog.command.control.view;

import org.jspecify.annotations.NullMarked;
