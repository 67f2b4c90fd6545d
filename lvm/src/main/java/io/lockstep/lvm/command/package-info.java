/**
 * External commands: an argument vector, no shell, no stdin, a time limit, and a typed result also when a process never ends.
 */
@NullMarked
package io.lockstep.lvm.command;

import org.jspecify.annotations.NullMarked;
