import json
T0=1699833600000 # 2023-11-13T00:00:00Z
H=3600_000
L=[]
def at(h,m=0,s=0): return T0+h*H+m*60000+s*1000
def sms(t,frm,text): L.append((t,{"type":"sms","ts":t,"from":frm,"to":"56767","text":text}))
def ctl(t,tenant,op,path=None,body=None,**kw):
    d={"type":"control","ts":t,"tenant":tenant,"op":op}
    if path: d["path"]=path
    if body is not None: d["body"]=body
    d.update(kw); L.append((t,d))
def cell(t,m,c,sig=-90): L.append((t,{"ts":t,"msisdn":m,"radio":"lte","mcc":404,"mnc":45,"area":7,"cell":c,"signal":sig}))
A,B,C,D="919876543210","919876543211","919876543212","919876543213"
ctl(at(6,0),"acme","requestConsent",A,{"callback":{"url":"https://acme.example/hook","meta":{"ref":1}}},tenantName="Acme Logistics")
cell(at(6,0,30),A,1)                       # no consent yet
sms(at(6,1),A,"Yes, please")
ctl(at(6,2),"acme","createSimTrack",None,{"msisdn":A,"trackName":"truck 1","externalRefId":"order-9","callback":{"url":"https://acme.example/hook"}})
cell(at(6,2,30),A,1)                       # not started
ctl(at(6,3),"acme","updateSimTrack","truck 1",{"operation":"start"})
for i in range(60): cell(at(6,4+i),A,1+i%3,-80-i%20)
ctl(at(6,20),"acme","requestConsent",B)
ctl(at(6,20,1),"globex","requestConsent",A,None,tenantName="Globex",code="0042")
sms(at(6,21),A,"no 0042")
sms(at(6,22),B,"NO")
sms(at(6,23),D,"YES 1234")                 # nobody asked D
ctl(at(6,24),"acme","createSimTrack",None,{"msisdn":B})  # consentRequired
ctl(at(6,25),"acme","requestConsent",C,None,code="4821")
sms(at(6,26),C,"YES 4821")
ctl(at(6,27),"acme","createSimTrack",None,{"msisdn":C,"defaultStart":True,"expiry":"2h","trackName":"van"},trackId="mts:track:0b8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e10")
for i in range(40): cell(at(6,28+5*i,7),C,2+i%2,-95)   # beyond its expiry at 8:27
cell(at(6,40,30),D,1)
ctl(at(7,30),"acme","retrieveConsent",A)
ctl(at(7,31),"acme","updateSimTrack","truck 1",{"operation":"stop"})
cell(at(7,32),A,1)
ctl(at(7,33),"acme","updateSimTrack","truck 1",{"operation":"start"})
for i in range(20): cell(at(7,34+i),A,3)
sms(at(7,50),A,"STOP")
ctl(at(7,51),"acme","frobnicate")
ctl(at(7,52),"acme","requestConsent","x")
ctl(at(9,0),"globex","requestConsent",D)   # lapses the next day
ctl(at(9,1),"acme","createSimTrack",None,{"msisdn":C,"trackName":"unstarted"})
for i in range(24): cell(at(10+2*i),D,1)    # untracked: the feed's time goes on
L.sort(key=lambda x:x[0])
with open("day.ndjson","w") as f:
    for _,d in L: f.write(json.dumps(d,separators=(",",":"),ensure_ascii=False)+"\n")
with open("towers.csv","w") as f:
    f.write("radio,mcc,mnc,area,cell,pci,lon,lat,range\n")
    for i in (1,2,3): f.write(f"lte,404,45,7,{i},{i},{77.59+i*0.01:.2f},12.97,800\n")
