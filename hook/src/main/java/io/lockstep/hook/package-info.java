/**
 * What libvirt calls: one HTTP request to the host's agent, and its verdict as an exit status.
 *
 * <p>Its time is start-up time, so there is nothing here but JDK classes: no reflection, no lambdas, no service loading, and
 * {@code javac} concatenates strings in place. The {@code 50-lockstep} script beside it does what needs no Java.
 */
@NullMarked
package io.lockstep.hook;

import org.jspecify.annotations.NullMarked;
