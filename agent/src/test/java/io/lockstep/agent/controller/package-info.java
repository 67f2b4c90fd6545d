@NullMarked
package io.lockstep.agent.controller;

import org.jspecify.annotations.NullMarked;
