// Puck.js from version 2 on; the first has no accelerometer, and accelOn says so.
function rest(){
Puck.accelOff();
}
Puck.accelOn(RATE_HZ);
Puck.on('accel',function(a){take(a.acc.x,a.acc.y,a.acc.z);});
Bluetooth.println('fw ready '+process.env.BOARD+' 0');
