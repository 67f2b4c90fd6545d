/**
 * The controller as this agent reaches it.
 */
@NullMarked
package io.lockstep.agent.controller;

import org.jspecify.annotations.NullMarked;
